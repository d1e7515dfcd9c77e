import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { withTables } from '../../scripts/lib/reference.mjs';
import { readTasks } from '../../scripts/lib/tasks.mjs';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const tasks = readTasks(repository);
const page = (folder) => fs.readFileSync(path.join(repository, 'tasks', folder, 'README.md'), 'utf8');

function sources(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return sources(file);
    return entry.name.endsWith('.cpp') ? fs.readFileSync(file, 'utf8') : '';
  }).join('\n');
}

test('the tables of each page are those of its task.json', () => {
  for (const [folder, task] of Object.entries(tasks)) {
    assert.equal(withTables(page(folder), task), page(folder), `${folder}/README.md: run scripts/generate-tasks`);
  }
});

test('each page names every input and output', () => {
  for (const [folder, task] of Object.entries(tasks)) {
    for (const { name } of [...task.inputs, ...(task.outputVariables ?? [])]) assert.ok(page(folder).includes(`| \`${name}\``), name);
  }
});

test('the errors that a page explains are errors of the product', () => {
  const code = sources(path.join(repository, 'native/mlops'));
  for (const folder of Object.keys(tasks)) {
    const errors = page(folder).split('## Errors')[1] ?? '';
    for (const [, cell] of errors.matchAll(/^\| (`[^|]+) \|/gm)) {
      for (const [, name] of cell.matchAll(/`([^`]+)`/g)) assert.ok(code.includes(`"${name}"`), `${folder}: ${name}`);
    }
  }
});

test('a page without a place for its tables is refused', () => {
  const task = { name: 'T', inputs: [{ name: 'a', type: 'string', label: 'A', helpMarkDown: 'B.' }] };
  assert.throws(() => withTables('# T', task), /has no place for its inputs/);
});
