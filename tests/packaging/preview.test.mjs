import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { previewExtension, previewTask } from '../../scripts/lib/preview.mjs';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const json = (file) => JSON.parse(fs.readFileSync(path.join(repository, file), 'utf8'));
const tasks = fs.readdirSync(path.join(repository, 'tasks')).filter((name) => /V\d+$/.test(name))
  .map((name) => json(`tasks/${name}/task.json`));

test('a task of the preview is another task than the public one, always the same', () => {
  const previews = tasks.map((task) => previewTask(task, 7));
  const ids = new Set([...tasks, ...previews].map((task) => task.id));
  assert.equal(ids.size, 2 * tasks.length);
  for (const [index, preview] of previews.entries()) {
    assert.match(preview.id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(preview.id, previewTask(tasks[index], 9).id);
    assert.equal(preview.name, `${tasks[index].name}Preview`);
    assert.match(preview.friendlyName, /^Preview: .{1,31}$/);
    assert.deepEqual(preview.inputs, tasks[index].inputs);
  }
});

test('each build has versions of its own', () => {
  assert.deepEqual(previewTask(tasks[0], 1234).version, { ...tasks[0].version, Patch: tasks[0].version.Patch + 1234 });
  const extension = { ...json('vss-extension.json'), version: '1.2.3' };
  assert.equal(previewExtension(extension, 1234).version, '1.2.3.1234');
  assert.equal(previewExtension(extension, 0).version, '1.2.3');
});

test('the preview is never public', () => {
  const extension = json('vss-extension.json');
  assert.equal(extension.public, true);
  assert.equal(previewExtension(extension, 0).public, false);
  assert.notEqual(previewExtension(extension, 0).id, extension.id);
});
