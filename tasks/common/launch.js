'use strict';
// Entry of every task: starts the native executable of this platform, passes signals on, ends with its exit code.
// Runs on the Node versions of the agent, 16 to 24, without any package.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const launcher = require('./launcher.js');
const files = require('./files.js');

/** Ends with exit code 1 and the reason, once the agent has got all of it. */
function fail(message) {
  process.exitCode = 1;
  process.stdout.write(launcher.failure(message));
}

function locate() {
  const { executable } = JSON.parse(fs.readFileSync(path.join(__dirname, 'launch.json'), 'utf8'));
  const shipped = files.shippedPlatforms(__dirname);
  const machine = { platform: process.platform, architecture: process.arch };
  const file = launcher.executablePath({
    taskFolder: __dirname, executable, environment: process.env, hasBin: shipped.length > 0, ...machine,
  });
  if (!files.isShipped(file)) {
    throw new Error(launcher.missingExecutable({ executable, file, shipped, ...machine }));
  }
  return { executable, ...files.makeRunnable(file, process.env) };
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
  process.on('exit', discard);
  process.env.MLOPS_TASK_FOLDER = __dirname;  // where the executable, maybe started from a copy, finds its certificates
  child = spawn(file, process.argv.slice(2), { stdio: 'inherit', windowsHide: true });
  child.on('error', (error) => fail(launcher.startFailure(executable, file, error)));
  child.on('exit', (code, signal) => {
    if (signal && !cancelled) {
      fail(`${executable} was ended by ${signal}.`);
    }
    process.exitCode = launcher.exitCode(code, signal, os.constants.signals);
  });
}

try {
  run(locate());
} catch (error) {
  fail(error.message);
}
