'use strict';
// Entry of every task: starts the native executable of this platform, passes signals on, ends with its exit code.
// Runs on the Node versions of the agent, 16 to 24, without any package. Each start of a task waits for it: what most starts
// don't need is loaded by those that do.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const launcher = require('./launcher.js');

/** Ends with exit code 1 and the reason, once the agent has got all of it. */
function fail(message) {
  process.exitCode = 1;
  process.stdout.write(launcher.failure(message));
}

/** The executable to start; `discard` removes it where it is a copy. */
function locate() {
  const { executable } = JSON.parse(fs.readFileSync(`${__dirname}/launch.json`, 'utf8'));
  const machine = { platform: process.platform, architecture: process.arch };
  const file = launcher.executablePath({ taskFolder: __dirname, executable, ...machine });
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return { executable, file };
  } catch {
    const { prepare } = require('./files.js');  // a task's first start, a folder that is read-only, or the source tree
    return { executable, ...prepare({ taskFolder: __dirname, executable, file, environment: process.env, ...machine }) };
  }
}

function run({ executable, file, discard }) {
  const plan = launcher.signalPlan(process.platform);
  let cancelled = false;
  let child;
  // Before the child starts: a signal between its start and the handlers would end the launcher and orphan the child.
  // Handlers run from the event loop, so by then the child is there.
  for (const signal of plan.signals) {
    process.on(signal, () => {
      cancelled = true;
      if (plan.forward) {
        child.kill(signal);
      }
    });
  }
  if (discard) {
    process.on('exit', discard);
  }
  process.env.MLOPS_TASK_FOLDER = __dirname;  // where the executable, maybe started from a copy, finds its certificates
  child = spawn(file, process.argv.slice(2), { stdio: 'inherit', windowsHide: true });
  child.on('error', (error) => fail(launcher.startFailure(executable, file, error)));
  child.on('exit', (code, signal) => {
    if (signal && !cancelled) {
      fail(`${executable} was ended by ${signal}.`);
    }
    process.exitCode = launcher.exitCode(code, signal, () => require('node:os').constants.signals);
  });
}

try {
  run(locate());
} catch (error) {
  fail(error.message);
}
