'use strict';
// The decisions of the launcher, without any I/O. launch.js is the entry; files.js touches the disk.
//
// A packaged task folder:   launch.js launcher.js files.js branches.js launch.json bin/<platform>/<executable>.br
// launch.json:              {"executable": "aml-submit"}

const path = require('node:path');

const PLATFORM_NAMES = { linux: 'linux', win32: 'win', darwin: 'osx' };

/** Folder under bin/ and file name suffix for a platform, e.g. {folder: 'linux-x64', suffix: ''}. */
function platformOf(platform, architecture) {
  const name = PLATFORM_NAMES[platform] || platform;
  return { folder: `${name}-${architecture}`, suffix: platform === 'win32' ? '.exe' : '' };
}

/** Where a packaged task has its executable. */
function executablePath({ taskFolder, executable, platform, architecture }) {
  const { folder, suffix } = platformOf(platform, architecture);
  return path.join(taskFolder, 'bin', folder, executable + suffix);
}

/**
 * Where the executable is in the source tree, if it is told.
 *
 * Only a folder without bin/ listens to MLOPS_TASK_BIN_DIR (a folder with the executables themselves); it exists for
 * development, so that a variable of a pipeline can never exchange the program of an installed task.
 */
function developmentPath({ executable, platform, architecture, environment, hasBin }) {
  const folder = environment.MLOPS_TASK_BIN_DIR;
  return !hasBin && folder ? path.join(folder, executable + platformOf(platform, architecture).suffix) : undefined;
}

/** What to tell a user whose platform has no executable; `shipped` are the folders under bin/. */
function missingExecutable({ executable, file, platform, architecture, shipped }) {
  const { folder } = platformOf(platform, architecture);
  if (shipped.length === 0) {
    return `${executable}: the file ${file} is missing. Install the extension again; in the source tree, build first.`;
  }
  if (!shipped.includes(folder)) {
    return `${executable} has no executable for ${folder}, only for ${[...shipped].sort().join(', ')}. `
      + 'Run the job on an agent of one of these platforms.';
  }
  return `${executable}: the file ${file} is missing from the task. `
    + "Remove the task's folder from the agent's _tasks folder, so that the agent unpacks it again.";
}

/** Why the system refused to start a file that exists. */
function startFailure(executable, file, error) {
  const hints = {
    ENOENT: 'Its dynamic loader or a library is missing on this system.',
    ENOEXEC: "It is not made for this system's processor.",
    EACCES: 'The agent may not run files there; check the permissions and the mount option noexec.',
    ETXTBSY: 'Another process is writing the file; run the job again.',
  };
  return [`${executable}: could not start ${file}: ${error.message}.`, hints[error.code]].filter(Boolean).join(' ');
}

/** The launcher's exit code for the child's: the same code, or 128 + n for signal n, of which a function gives the numbers. */
function exitCode(code, signal, signalNumbers) {
  if (signal) {
    return 128 + (signalNumbers()[signal] || 0);
  }
  return code === null || code === undefined ? 1 : code;
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

/** Escapes the message of a logging command as the agent undoes it. */
function escapeData(text) {
  return String(text).replace(/%/g, '%AZP25').replace(/;/g, '%3B').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
    .replace(/]/g, '%5D');
}

/** The logging commands that end the task as failed. */
function failure(message) {
  return `##vso[task.logissue type=error]${escapeData(message)}\n`
    + `##vso[task.complete result=Failed]${escapeData(message)}\n`;
}

module.exports = {
  platformOf, executablePath, developmentPath, missingExecutable, startFailure, exitCode, signalPlan, escapeData, failure,
};
