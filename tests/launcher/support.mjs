// What the tests share: packaged task folders with small real programs in them, and running node on them.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const platform = `linux-${process.arch}`;
const { absolute } = createRequire(import.meta.url)(path.join(repository, 'tasks', 'common', 'branches.js'));
// The launcher must also run on Node versions whose own test runner is too old for these tests.
const node = process.env.MLOPS_TEST_NODE ?? process.execPath;

/** A new folder that is removed after the test; its name has a space and letters beyond ASCII. */
export function temporaryFolder(test) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'läunch tést 測 '));
  test.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Lays out a packaged task under `folder` whose executable `probe` is the shell script; returns the task's folder. With `packed`
 * the executable is packed, as before a task's first start.
 */
export function packagedTask(folder, script, { mode = 0o755, on = platform, executable = 'probe', packed = false } = {}) {
  const task = path.join(folder, 'Pröbe Task');
  const file = path.join(task, 'bin', on, executable);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.cpSync(path.join(repository, 'tasks', 'common'), task, { recursive: true });
  fs.writeFileSync(path.join(task, 'launch.json'), JSON.stringify({ executable }));
  fs.writeFileSync(file, `#!/bin/sh\n${script}\n`);
  fs.chmodSync(file, mode);
  if (packed) {
    fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(absolute(fs.readFileSync(file), process.arch)));
    fs.rmSync(file);
  }
  return task;
}

/** Starts a program; `done` resolves to {code, signal, stdout, stderr}, `printed` waits for a text on stdout. */
export function start(file, args, options = {}) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const result = { stdout: '', stderr: '' };
  const done = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...result }));
  });
  child.stdout.on('data', (data) => { result.stdout += data; });
  child.stderr.on('data', (data) => { result.stderr += data; });
  const printed = (text) => new Promise((resolve, reject) => {
    const look = () => result.stdout.includes(text) && resolve();
    child.stdout.on('data', look);
    look();
    done.then((end) => reject(new Error(`ended before it printed ${text}: ${JSON.stringify(end)}`)), reject);
  });
  return { child, done, printed };
}

/** Runs launch.js of a task folder. */
export function launch(task, { args = [], environment = {}, ...options } = {}) {
  return start(node, [path.join(task, 'launch.js'), ...args],
    { env: { PATH: process.env.PATH, ...environment }, ...options });
}
