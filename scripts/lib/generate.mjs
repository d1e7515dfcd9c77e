// The second half of scripts/generate-tasks: what follows from the task.json files.

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTranslations, translationProblems } from './localization.mjs';
import { withTables } from './reference.mjs';
import { readTasks } from './tasks.mjs';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const tasks = readTasks(repository);

for (const [folder, task] of Object.entries(tasks)) {
  const file = path.join(repository, 'tasks', folder, 'README.md');
  fs.writeFileSync(file, withTables(fs.readFileSync(file, 'utf8'), task));
  console.log(path.relative(repository, file));
}
for (const problem of translationProblems(tasks, readTranslations(repository))) {
  console.error(`tasks/localization/${problem}`);
  process.exitCode = 1;
}
