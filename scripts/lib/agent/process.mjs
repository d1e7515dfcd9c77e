// Runs the task's process and cancels it the way the agent does: SIGINT, then SIGTERM, then the end of the whole group.

import { spawn } from 'node:child_process';
import os from 'node:os';
import readline from 'node:readline';

const CANCEL_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Resolves to {code, canceled} when the process and its output have ended. `onLine` gets every line of both streams;
 * `timeouts` are the milliseconds {interrupt, terminate} the process has after each signal.
 */
export function runProcess(file, args, { environment, folder, onLine, onCancel, timeouts }) {
  return new Promise((resolve, reject) => {
    let child;
    let canceled = false;
    const timers = [];
    const cancel = () => {
      if (canceled) {
        return;
      }
      canceled = true;
      onCancel();
      child.kill('SIGINT');
      timers.push(setTimeout(() => child.kill('SIGTERM'), timeouts.interrupt));
      timers.push(setTimeout(() => killGroup(child.pid), timeouts.interrupt + timeouts.terminate));
    };
    // Before the start, so that no signal ends this process and leaves the task alone.
    CANCEL_SIGNALS.forEach((signal) => process.on(signal, cancel));

    // A group of its own: Ctrl-C on the terminal reaches the task only through the signals above, and once.
    child = spawn(file, args, { env: environment, cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const lines = [child.stdout, child.stderr].map((stream) => {
      const reader = readline.createInterface({ input: stream, crlfDelay: Infinity });
      reader.on('line', onLine);
      return new Promise((closed) => { reader.on('close', closed); });
    });

    child.on('error', reject);
    child.on('close', async (code, signal) => {
      await Promise.all(lines);
      timers.forEach(clearTimeout);
      CANCEL_SIGNALS.forEach((name) => process.removeListener(name, cancel));
      resolve({ code: signal ? 128 + os.constants.signals[signal] : code, canceled });
    });
  });
}

function killGroup(group) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') {
      throw error;
    }
  }
}
