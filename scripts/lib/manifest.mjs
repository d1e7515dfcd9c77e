// Prints vss-extension.json completed for packaging: the version from VERSION, and one file entry and one contribution
// for each task folder.

import fs from 'node:fs';
import path from 'node:path';

const repository = process.argv[2];
const manifest = JSON.parse(fs.readFileSync(path.join(repository, 'vss-extension.json'), 'utf8'));
const tasks = fs.readdirSync(path.join(repository, 'tasks')).filter((name) => /V\d+$/.test(name)).sort();

manifest.version = fs.readFileSync(path.join(repository, 'VERSION'), 'utf8').trim();
manifest.files = [
  ...tasks.map((name) => ({ path: `tasks/${name}` })),
  { path: 'THIRD-PARTY-NOTICES.txt', addressable: true },
];
manifest.contributions = tasks.map((name) => ({
  id: name,
  type: 'ms.vss-distributed-task.task',
  targets: ['ms.vss-distributed-task.tasks'],
  properties: { name: `tasks/${name}` },
}));
console.log(JSON.stringify(manifest, null, 2));
