// The tasks as they stand in the repository: a folder for each with its task.json.

import fs from 'node:fs';
import path from 'node:path';

export function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

export function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** The names of the task folders below a folder: they end with V and the major version. */
export function taskFolders(folder) {
  return fs.readdirSync(folder).filter((name) => /V\d+$/.test(name)).sort();
}

/** The task.json files of the repository, by the name of their folder. */
export function readTasks(repository) {
  const folder = path.join(repository, 'tasks');
  return Object.fromEntries(taskFolders(folder).map((name) => [name, readJson(path.join(folder, name, 'task.json'))]));
}
