'use strict';
// Makes the executable runnable: a task's zip loses the execute bit, and its folder may be read-only.

const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

function isRunnable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isFile(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function digest(file) {
  return crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}

/** A folder only the agent's user writes to: the job's own temporary folder, otherwise a new one. */
function scratchFolder(environment) {
  const folder = environment.AGENT_TEMPDIRECTORY;
  if (folder) {
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }
  return fs.mkdtempSync(path.join(os.tmpdir(), 'mlops-'));
}

/**
 * A runnable copy in the scratch folder, named after its content, so that the tasks of a job share one. A file of that
 * name with other content (cut short, or tampered with) is replaced. Renamed into place: two steps may do this at once.
 */
function runnableCopy(file, environment) {
  const hash = digest(file);
  const { name, ext } = path.parse(file);
  const copy = path.join(scratchFolder(environment), `${name}-${hash.slice(0, 16)}${ext}`);
  if (isFile(copy) && isRunnable(copy) && digest(copy) === hash) {
    return copy;
  }
  const partial = `${copy}.${process.pid}`;
  fs.copyFileSync(file, partial);
  fs.chmodSync(partial, 0o700);
  fs.renameSync(partial, copy);
  return copy;
}

/** The file itself once it can be run, else a copy that can; throws what the file system says when neither works. */
function makeRunnable(file, environment) {
  if (isRunnable(file)) {
    return file;
  }
  try {
    fs.chmodSync(file, 0o755);
  } catch {
    return runnableCopy(file, environment);
  }
  // Also false on a file system mounted noexec, whatever the bits say.
  return isRunnable(file) ? file : runnableCopy(file, environment);
}

/** The platform folders under bin/, empty when there is no bin/. */
function shippedPlatforms(taskFolder) {
  try {
    return fs.readdirSync(path.join(taskFolder, 'bin'));
  } catch {
    return [];
  }
}

module.exports = { isFile, makeRunnable, shippedPlatforms };
