'use strict';
// Makes the executable runnable: it is packed, a task's zip loses the execute bit, and its folder may be read-only.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');
const { relative } = require('./branches.js');
const messages = require('./messages.js');

/** What a packed executable's name ends with: brotli makes it a fifth smaller than the zip around it would. */
const PACKED = '.br';

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

/** Whether the executable is there, as it is or packed. */
function isShipped(file) {
  return isFile(file) || isFile(file + PACKED);
}

/** Writes the executable that is packed beside `file` to `target`. */
function unpack(file, target, mode) {
  let content;
  try {
    content = relative(zlib.brotliDecompressSync(fs.readFileSync(file + PACKED)), process.arch);
  } catch (error) {
    throw new Error(`The file ${file + PACKED} can't be unpacked: ${error.message}. `
      + "Remove the task's folder from the agent's _tasks folder, so that the agent unpacks it again.");
  }
  fs.writeFileSync(target, content, { mode, flag: 'wx' });
}

/** Unpacks the executable to its place, whole or not at all; another start may do the same at the same time. */
function unpackInPlace(file) {
  const part = `${file}.${process.pid}`;
  try {
    unpack(file, part, 0o755);
    fs.renameSync(part, file);
  } catch (error) {
    fs.rmSync(part, { force: true });
    if (!isFile(file)) {
      throw error;
    }
  }
}

/** A new folder that only this user can enter, in the job's own temporary folder or else the system's. */
function scratchFolder(environment) {
  const folder = environment.AGENT_TEMPDIRECTORY || os.tmpdir();
  fs.mkdirSync(folder, { recursive: true });
  return fs.mkdtempSync(path.join(folder, 'mlops-'));
}

/**
 * A runnable copy. Never that of another step: its content could be another one by now, and to compare it takes longer
 * than to copy.
 */
function runnableCopy(file, environment) {
  const folder = scratchFolder(environment);
  const discard = () => fs.rmSync(folder, { recursive: true, force: true });
  const copy = path.join(folder, path.basename(file));
  try {
    if (isFile(file)) {
      fs.copyFileSync(file, copy, fs.constants.COPYFILE_FICLONE);
      fs.chmodSync(copy, 0o700);
    } else {
      unpack(file, copy, 0o700);
    }
  } catch (error) {
    discard();
    throw error;
  }
  return { file: copy, discard };
}

/**
 * The file itself once it can be run, else a copy that can; throws what the file system says when neither works.
 * `discard` removes the copy.
 */
function makeRunnable(file, environment) {
  if (isRunnable(file)) {
    return { file };
  }
  try {
    if (isFile(file)) {
      fs.chmodSync(file, 0o755);
    } else {
      unpackInPlace(file);
    }
  } catch {
    return runnableCopy(file, environment);
  }
  // Also false on a file system mounted noexec, whatever the bits say.
  return isRunnable(file) ? { file } : runnableCopy(file, environment);
}

/** The platform folders under bin/, empty when there is no bin/. */
function shippedPlatforms(taskFolder) {
  try {
    return fs.readdirSync(path.join(taskFolder, 'bin'));
  } catch {
    return [];
  }
}

/**
 * Where the executable is in the source tree, if it is told.
 *
 * Only a folder without bin/ listens to MLOPS_TASK_BIN_DIR (a folder with the executables themselves); it exists for
 * development, so that a variable of a pipeline can never exchange the program of an installed task.
 */
function developmentPath({ executable, platform, environment, hasBin }) {
  const folder = environment.MLOPS_TASK_BIN_DIR;
  return !hasBin && folder ? path.join(folder, executable + platform.suffix) : undefined;
}

/**
 * Makes the executable of a task runnable that should be at `file`: {file, discard}; `platform` is as platformOf() has it. Throws
 * an Error that tells a user what is missing.
 */
function prepare({ taskFolder, executable, file, platform, environment }) {
  const shipped = shippedPlatforms(taskFolder);
  const place = developmentPath({ executable, platform, environment, hasBin: shipped.length > 0 }) ?? file;
  if (!isShipped(place)) {
    throw new Error(messages.missingExecutable({ executable, file: place, folder: platform.folder, shipped }));
  }
  return makeRunnable(place, environment);
}

module.exports = { developmentPath, prepare };
