// Lays a task of the source tree out as an installed one is, but without bin/: its launcher then takes the executables
// from MLOPS_TASK_BIN_DIR.

import fs from 'node:fs';
import path from 'node:path';

const LAUNCHER = ['launch.js', 'launcher.js', 'files.js'];

/** The folder to run the task from: itself when it is a packaged task, else a copy under `target`. */
export function stageTask(taskFolder, target) {
  if (fs.existsSync(path.join(taskFolder, LAUNCHER[0]))) {
    return path.resolve(taskFolder);
  }
  if (!fs.existsSync(path.join(taskFolder, 'launch.json'))) {
    throw new Error(`${taskFolder} is not a task folder: it has neither launch.js nor launch.json`);
  }
  const staged = path.join(target, path.basename(path.resolve(taskFolder)));
  fs.mkdirSync(staged, { recursive: true });
  const common = path.join(taskFolder, '..', 'common');
  for (const file of LAUNCHER) {
    fs.copyFileSync(path.join(common, file), path.join(staged, file));
  }
  for (const file of ['launch.json', 'task.json'].filter((name) => fs.existsSync(path.join(taskFolder, name)))) {
    fs.copyFileSync(path.join(taskFolder, file), path.join(staged, file));
  }
  return staged;
}
