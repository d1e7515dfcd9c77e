// Writes what the package says of itself into a folder with the staged tasks: vss-extension.json, the overview page, and in each
// task its task.json, task.loc.json and the texts in every language.
//
//   node stage.mjs STAGE [--preview BUILD] [--publisher NAME] [--repository URL]

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readTranslations, resources, withReferences } from './localization.mjs';
import { completeManifest } from './manifest.mjs';
import { previewExtension, previewName, previewTask } from './preview.mjs';
import { filePage, identity, itemPage, marketplacePage } from './publisher.mjs';
import { readJson, taskFolders, writeJson } from './tasks.mjs';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The files of one task by their path in its folder. `build` is undefined for the public variant. */
export function taskFiles(task, folder, known, translations, build) {
  const page = filePage(known, `tasks/${folder}/README.md`) ?? itemPage(known);
  const linked = (text) => `[${text}](${page})`;
  const finished = { ...task, author: known.publisher, helpUrl: page, helpMarkDown: linked(task.helpMarkDown) };
  const final = build === undefined ? finished : previewTask(finished, build);
  const files = { 'task.json': final, 'task.loc.json': withReferences(final) };
  for (const [language, known_texts] of Object.entries({ 'en-US': undefined, ...translations })) {
    const texts = resources(task, known_texts);
    texts['loc.helpMarkDown'] = linked(texts['loc.helpMarkDown']);
    if (build !== undefined) texts['loc.friendlyName'] = previewName(texts['loc.friendlyName']);
    files[`Strings/resources.resjson/${language}/resources.resjson`] = texts;
  }
  return files;
}

function stage(folder, { preview, publisher, repository: address }) {
  const build = preview === undefined ? undefined : Number(preview);
  const source = readJson(path.join(repository, 'vss-extension.json'));
  const version = fs.readFileSync(path.join(repository, 'VERSION'), 'utf8').trim();
  const released = identity(source, version, { publisher, repository: address });
  const complete = completeManifest(source, repository, released);
  const manifest = build === undefined ? complete : previewExtension(complete, build);
  const known = { ...released, extension: manifest.id };
  writeJson(path.join(folder, 'vss-extension.json'), manifest);
  const overview = fs.readFileSync(path.join(repository, 'overview.md'), 'utf8');
  fs.writeFileSync(path.join(folder, 'overview.md'), marketplacePage(overview, known));
  fs.cpSync(path.join(repository, 'docs/images'), path.join(folder, 'docs/images'), { recursive: true });
  const translations = readTranslations(repository);
  for (const name of taskFolders(path.join(folder, 'tasks'))) {
    const target = path.join(folder, 'tasks', name);
    const files = taskFiles(readJson(path.join(target, 'task.json')), name, known, translations, build);
    for (const [file, content] of Object.entries(files)) writeJson(path.join(target, file), content);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { preview: { type: 'string' }, publisher: { type: 'string' }, repository: { type: 'string' } },
  });
  try {
    stage(path.resolve(positionals[0]), values);
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
