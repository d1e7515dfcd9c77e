#!/usr/bin/env node
// A miniature Azure Pipelines agent for the quick start: one task per call. `--help` tells how it is used.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectionSecrets, readConnection } from './agent/connection.mjs';
import { provideVariables, readManifest, resolveInputs, taskEnvironment } from './agent/environment.mjs';
import { HELP, parseOptions } from './agent/options.mjs';
import { Output } from './agent/output.mjs';
import { runProcess } from './agent/process.mjs';
import { stageTask } from './agent/stage.mjs';
import { State } from './agent/state.mjs';
import { Step, worse } from './agent/step.mjs';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The variables the job has before the step runs. */
function prepareVariables(state, options) {
  const sources = path.resolve(options.sources);
  const { stage, job, attempt, commit, branch } = options;
  provideVariables(state.variables, {
    buildId: options['build-id'], buildNumber: options['build-number'], stage, job, attempt, commit, branch, sources,
  }, state);
  Object.entries(options.variable).forEach(([name, value]) => state.variables.set(name, value));
}

/** The agent's own times, in milliseconds, unless a variable of the job says otherwise. */
function cancelTimeouts(variables) {
  return {
    interrupt: Number(variables.get('PROCESS_SIGINT_TIMEOUT') ?? 7500),
    terminate: Number(variables.get('PROCESS_SIGTERM_TIMEOUT') ?? 2500),
  };
}

async function runStep(options) {
  const state = new State(options.state);
  prepareVariables(state, options);
  const connection = options.connection ? readConnection(options.connection) : {};
  connectionSecrets(connection).forEach((secret) => state.secrets.add(secret));
  const folder = stageTask(options.task, path.join(state.folder, 'tasks'));
  const manifest = readManifest(folder);
  const { inputs, unexpected } = resolveInputs(manifest, options.input, state.variables);

  const output = new Output({ label: options.label ?? options.name, secrets: state.secrets });
  const settable = manifest.restrictions?.settableVariables?.allowed;
  const step = new Step({ name: options.name, state, output, settable });
  unexpected.forEach((name) => output.issue('warning', `the task has no input ${name}`));

  const binaries = path.resolve(options.bin ?? path.join(REPOSITORY, 'build', 'release', 'bin'));
  const started = performance.now();
  const { code, canceled } = await runProcess(process.execPath, [path.join(folder, 'launch.js')], {
    environment: taskEnvironment({ own: process.env, inputs, variables: state.variables, connection, binaries }),
    folder: path.resolve(options.sources),
    onLine: (line) => step.line(line),
    onCancel: () => output.issue('warning', 'canceling'),
    timeouts: cancelTimeouts(state.variables),
  });
  if (code !== 0) {
    step.result = worse(step.result, 'Failed');
  }
  if (canceled) {
    step.result = 'Canceled';
  }
  const { name, result, issues, summaries, attachments } = step;
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  state.steps.push({ name, result, exitCode: code, seconds, issues, summaries, attachments });
  state.save();
  return { result, code };
}

function exitCodeOf({ result, code }) {
  if (result === 'Canceled') {
    return 130;
  }
  return result === 'Failed' ? code || 1 : 0;
}

function printVariable(options) {
  const value = new State(options.state).variables.get(options.get);
  if (value === undefined) {
    return 1;
  }
  process.stdout.write(`${value}\n`);
  return 0;
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  return options.get === undefined ? exitCodeOf(await runStep(options)) : printVariable(options);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`agent: ${error.message}\n`);
  process.exitCode = 2;
}
