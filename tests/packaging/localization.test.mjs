import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { readTranslations, resources, sourceTexts, translationProblems, withReferences } from '../../scripts/lib/localization.mjs';
import { taskFiles } from '../../scripts/lib/stage.mjs';
import { readTasks } from '../../scripts/lib/tasks.mjs';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const tasks = readTasks(repository);
const translations = readTranslations(repository);

/** What a translation must have exactly as the original: variables, placeholders, names of inputs, values and keys. */
function fixedParts(text) {
  const known = text.match(/\$\([\w.]+\)|\{\w+\}|"accuracy"|\b[a-z]+(?:_[a-z]+)+\b|\b(?:jobStatus|MLmodel|metrics\.json|report\.json|summary\.md)\b|stage=production|uri_file:https:\/\/\.{3}|instance_count=3|inputs\.epochs=20/g);
  return [...new Set(known ?? [])].sort();
}

test('every text has a translation in every language, and no translation is left over', () => {
  assert.deepEqual(Object.keys(translations), ['de-DE', 'es-ES', 'fr-FR', 'ja-JP', 'zh-CN']);
  assert.deepEqual(translationProblems(tasks, translations), []);
});

test('a text that was changed, and its old translation, are found', () => {
  const [folder] = Object.keys(tasks);
  const changed = { ...tasks[folder], inputs: [{ ...tasks[folder].inputs[0], label: 'Another label' }] };
  const problems = translationProblems({ [folder]: changed }, translations);
  assert.ok(problems.includes('de-DE.json lacks "Another label"'));
  assert.ok(problems.includes('de-DE.json has "Resource group", which no task says'));
  assert.throws(() => resources(changed, translations['de-DE']), /no translation of "Another label"/);
});

test('what is not language stays as it is', () => {
  for (const [language, known] of Object.entries(translations)) {
    for (const [text, translation] of Object.entries(known)) {
      const lost = fixedParts(text).filter((part) => !translation.includes(part));
      assert.deepEqual(lost, [], `${language}: ${text}`);
      assert.equal(/\s$|^\s|\s{2}/.test(translation), false, `${language}: ${text}`);
    }
  }
});

test('a task keeps the first words of its name, by which the editor finds it, and is short enough for the service', () => {
  for (const task of Object.values(tasks)) {
    for (const known of Object.values(translations)) {
      assert.match(resources(task, known)['loc.friendlyName'], /^Azure ML: .{2,30}$/);
    }
  }
});

test('the default of an input ends its help in each language', () => {
  const task = Object.values(tasks).find((each) => each.name === 'MlopsQualityGate');
  const help = (language) => resources(task, translations[language])['loc.input.help.failOn'];
  assert.match(resources(task)['loc.input.help.failOn'], / Default: fail\.$/);
  assert.match(help('de-DE'), / Standard: fail\.$/);
  assert.match(help('zh-CN'), /[^ ]默认值: fail。$/);
  for (const input of task.inputs) {
    const { text, defaultValue } = sourceTexts(task)[`loc.input.help.${input.name}`];
    assert.equal(defaultValue === undefined ? text : `${text} Default: ${defaultValue}.`, input.helpMarkDown);
  }
});

test('task.loc.json refers to a resource for each text that the editor shows', () => {
  for (const task of Object.values(tasks)) {
    const localized = withReferences(task);
    const references = JSON.stringify(localized).match(/ms-resource:[\w.]+/g).map((text) => text.slice('ms-resource:'.length));
    assert.deepEqual(references.sort(), Object.keys(resources(task)).sort());
    const names = (inputs) => inputs.map(({ name, type, options }) => ({ name, type, options }));
    assert.deepEqual(names(localized.inputs), names(task.inputs));
  }
});

test('the link of a task leads to its page, in each language', () => {
  const known = { publisher: 'contoso', extension: 'ml', version: '1.2.3', repository: 'https://dev.azure.com/contoso/ml/_git/ml' };
  const [[folder, task]] = Object.entries(tasks);
  const files = taskFiles(task, folder, known, translations);
  const page = `https://dev.azure.com/contoso/ml/_git/ml?path=/tasks/${folder}/README.md&version=GTv1.2.3`;
  assert.equal(files['task.json'].helpMarkDown, `[${task.helpMarkDown}](${page})`);
  const french = files['Strings/resources.resjson/fr-FR/resources.resjson'];
  assert.equal(french['loc.helpMarkDown'], `[Entrées, sorties, autorisations et erreurs](${page})`);
  assert.equal(files['task.json'].author, 'contoso');
});
