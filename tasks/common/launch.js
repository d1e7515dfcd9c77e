'use strict';
// Entry of every task: starts the native executable of this platform, passes signals on, ends with its exit code.
// Runs on the Node versions of the agent, 16 to 24, without any package. Each start of a task waits for it: what most starts
// don't need is in other files, loaded by those that do.
//
// A packaged task folder:   launch.js prepare.js branches.js messages.js launch.json bin/<platform>/<executable>.br
// launch.json:              {"executable": "aml-submit"}

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const PLATFORM_NAMES = { linux: 'linux', win32: 'win', darwin: 'osx' };

/** Folder under bin/ and file name suffix for a platform, e.g. {folder: 'linux-x64', suffix: ''}. */
function platformOf(platform, architecture) {
  const name = PLATFORM_NAMES[platform] || platform;
  return { folder: `${name}-${architecture}`, suffix: platform === 'win32' ? '.exe' : '' };
}

/**
 * The signals to catch, and whether to send them on. On Windows Ctrl-C and Ctrl-Break already reach every process
 * of the console, and Node's kill() would end the child at once: there the launcher only has to stay alive.
 */
function signalPlan(platform) {
  return platform === 'win32'
    ? { signals: ['SIGINT', 'SIGBREAK'], forward: false }
    : { signals: ['SIGINT', 'SIGTERM', 'SIGHUP'], forward: true };
}

/** The launcher's exit code for the child's: the same code, or 128 + n for signal n, of which a function gives the numbers. */
function exitCode(code, signal, signalNumbers) {
  if (signal) {
    return 128 + (signalNumbers()[signal] || 0);
  }
  return code === null || code === undefined ? 1 : code;
}

/** Ends with exit code 1 and the reason, once the agent has got all of it. */
function fail(message) {
  process.exitCode = 1;
  process.stdout.write(require('./messages.js').failure(message));
}

/** The executable to start; `discard` removes it where it is a copy. */
function locate() {
  const { executable } = JSON.parse(fs.readFileSync(`${__dirname}/launch.json`, 'utf8'));
  const platform = platformOf(process.platform, process.arch);
  const file = path.join(__dirname, 'bin', platform.folder, executable + platform.suffix);
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return { executable, file };
  } catch {
    const { prepare } = require('./prepare.js');  // a task's first start, a folder that is read-only, or the source tree
    return { executable, ...prepare({ taskFolder: __dirname, executable, file, platform, environment: process.env }) };
  }
}

function run({ executable, file, discard }) {
  const plan = signalPlan(process.platform);
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
  child.on('error', (error) => fail(require('./messages.js').startFailure(executable, file, error)));
  child.on('exit', (code, signal) => {
    const result = exitCode(code, signal, () => require('node:os').constants.signals);
    if (!signal || cancelled) {
      process.exit(result);  // nothing of its own is left to be written
    }
    fail(`${executable} was ended by ${signal}.`);
    process.exitCode = result;
  });
}

if (require.main === module) {
  try {
    run(locate());
  } catch (error) {
    fail(error.message);
  }
}

module.exports = { platformOf, signalPlan, exitCode };
