#!/usr/bin/env node
// Prints what a run of the quick start came to. Called by scripts/quickstart while the emulator runs:
//   summary.mjs RUN_FOLDER CONNECTION_FILE SAMPLE_REQUEST KEEP(true|false) ENVIRONMENT...
// The run's folder also holds configuration-ENVIRONMENT.json, as config-resolve writes it. Ends with 1 when an environment's
// stages did not succeed; then the reason stands on the last lines.

import fs from 'node:fs';
import { connectionOf, score, Workspace } from './azure.mjs';
import { readConnection } from './connection.mjs';
import { COLUMNS, readJson, readOutcome, reasons, row, table } from './outcome.mjs';

const print = (line = '') => process.stdout.write(`${line}\n`);

function workspaceOf(connection, { get }) {
  return new Workspace(connection, get('RESOURCE_GROUP'), get('WORKSPACE'));
}

/** One sentence on what an environment serves now; what cannot be asked is said, and not an error of its own. */
async function servingLine(connection, outcome, word) {
  const { environment, get } = outcome;
  try {
    const serving = await workspaceOf(connection, outcome).serving(get('ENDPOINT_NAME'));
    if (!serving) {
      return `${environment}: no model is in service yet`;
    }
    const model = serving.model ? `version ${serving.model.version} of ${serving.model.name}` : 'its model';
    return `${environment}: ${model} ${word} ${serving.traffic}% of the requests (${get('ENDPOINT_NAME')} / ${serving.deployment})`;
  } catch (error) {
    return `${environment}: could not ask what is in service: ${error.message}`;
  }
}

function printReports(outcomes, folder) {
  print('\nReports:');
  print(`  all  ${folder}/summary.html`);
  outcomes.forEach(({ environment, summaries }) => summaries.forEach((file) => print(`  ${environment}  ${file}`)));
}

async function printScoring(connection, outcome, sample, keep) {
  const { environment, get } = outcome;
  const uri = get('deploy.scoringUri');
  const key = await workspaceOf(connection, outcome).primaryKey(get('deploy.endpointName'));
  const answer = await score(uri, key, fs.readFileSync(sample));
  print(`\nScoring (${environment}): ${uri}`);
  print(`  ${sample} -> ${JSON.stringify(answer.predictions ?? answer)}`);
  if (keep) {
    print(`  curl -s -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d @${sample} ${uri}`);
  } else {
    print('  With --keep the emulator stays, and a ready curl line is printed here.');
  }
}

function howStopped({ failed }) {
  if (!failed) {
    return 'rejected';
  }
  return failed.name === 'gate' ? 'stopped by the quality gate' : `stopped at the step ${failed.name}`;
}

async function printFailure(connection, outcomes, stopped) {
  print(`\nWhat serves now:`);
  for (const outcome of outcomes) {
    print(`  ${await servingLine(connection, outcome, 'still answers')}`);
  }
  print(`\n${stopped.environment} was ${howStopped(stopped)}; nothing was deployed after that:`);
  reasons(stopped).forEach((reason) => print(`  - ${reason.split('\n').join('\n    ')}`));
}

async function main([runFolder, connectionFile, sample, keep, ...environments]) {
  const connection = connectionOf(readConnection(connectionFile));
  const run = readJson(`${runFolder}/run.json`);
  const outcomes = environments.map((environment) =>
    readOutcome(environment, run, runFolder, readJson(`${runFolder}/configuration-${environment}.json`)));
  print(`\n${table([COLUMNS, ...outcomes.map(row)])}`);
  printReports(outcomes, runFolder);
  const stopped = outcomes.find(({ failed, refused }) => failed || refused);
  if (stopped) {
    await printFailure(connection, outcomes, stopped);
    return 1;
  }
  print('\nWhat serves now:');
  for (const outcome of outcomes) {
    print(`  ${await servingLine(connection, outcome, 'answers')}`);
  }
  await printScoring(connection, outcomes.at(-1), sample, keep === 'true');
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`summary: ${error.message}${error.cause ? ` (${error.cause.message})` : ''}\n`);
  process.exitCode = 1;
}
