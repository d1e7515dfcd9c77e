#!/usr/bin/env node
// Prints what a run of the quick start came to. Called by scripts/quickstart while the emulator runs:
//   summary.mjs RUN_FOLDER CONNECTION_FILE SAMPLE_REQUEST KEEP(true|false) ENVIRONMENT...
// Ends with 1 when an environment's job did not succeed; then the reason stands on the last lines.

import fs from 'node:fs';
import { readConnection } from '../agent/connection.mjs';
import { connectionOf, score, Workspace } from './azure.mjs';
import { COLUMNS, readOutcome, reasons, row, table } from './outcome.mjs';

const print = (line = '') => process.stdout.write(`${line}\n`);

function workspaceOf(connection, { get }) {
  return get('WORKSPACE') && new Workspace(connection, get('RESOURCE_GROUP'), get('WORKSPACE'));
}

/** One sentence on what an environment serves now; what cannot be asked is said, and not an error of its own. */
async function servingLine(connection, outcome, word) {
  const { environment, get } = outcome;
  const workspace = workspaceOf(connection, outcome);
  if (!workspace) {
    return `${environment}: its configuration could not be read`;
  }
  try {
    const serving = await workspace.serving(get('ENDPOINT_NAME'));
    if (!serving) {
      return `${environment}: no model is in service yet`;
    }
    const model = serving.model ? `version ${serving.model.version} of ${serving.model.name}` : 'its model';
    return `${environment}: ${model} ${word} ${serving.traffic}% of the requests (${get('ENDPOINT_NAME')} / ${serving.deployment})`;
  } catch (error) {
    return `${environment}: could not ask what is in service: ${error.message}`;
  }
}

function printReports(outcomes) {
  const files = outcomes.flatMap(({ environment, get, summaries }) =>
    [get('gate.reportFile'), ...summaries].filter(Boolean).map((file) => `  ${environment}  ${file}`));
  if (files.length > 0) {
    print('\nReports:');
    files.forEach((file) => print(file));
  }
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

async function printFailure(connection, outcomes, stopped) {
  print(`\nWhat serves now:`);
  for (const outcome of outcomes) {
    print(`  ${await servingLine(connection, outcome, 'still answers')}`);
  }
  const at = stopped.failed.name === 'gate' ? 'by the quality gate' : `at the step ${stopped.failed.name}`;
  print(`\n${stopped.environment} was stopped ${at}; nothing was deployed after that:`);
  reasons(stopped).forEach((reason) => print(`  - ${reason.split('\n').join('\n    ')}`));
}

async function main([runFolder, connectionFile, sample, keep, ...environments]) {
  const connection = connectionOf(readConnection(connectionFile));
  const outcomes = environments.map((environment) => readOutcome(environment, `${runFolder}/${environment}`));
  print(`\n${table([COLUMNS, ...outcomes.map(row)])}`);
  printReports(outcomes);
  const stopped = outcomes.find(({ failed }) => failed);
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
