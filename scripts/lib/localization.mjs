// The texts of task.json that the pipeline editor shows, in other languages: task.loc.json, where each text is the name of a
// resource, and Strings/resources.resjson/<language>/resources.resjson beside it. Names and places are those of
// microsoft/azure-pipelines-tasks (make-util.js), whose tasks are localized so; it has none for the labels of a pick list's
// values and for output variables.
//
// tasks/localization/<language>.json holds the translations by their English text, so that a text that was changed has none.

import fs from 'node:fs';
import path from 'node:path';
import { readJson } from './tasks.mjs';

export const DEFAULT_SENTENCE = 'Default: {value}.';

/** @typedef {{text: string, defaultValue?: string}} Source a text without the sentence that names the default */

/** A help without the sentence that the table's printer appended (native/mlops/agent/task_json.cpp). @returns {Source} */
function helpSource(input) {
  const ending = ` Default: ${input.defaultValue}.`;
  if (!input.defaultValue || !input.helpMarkDown.endsWith(ending)) return { text: input.helpMarkDown };
  return { text: input.helpMarkDown.slice(0, -ending.length), defaultValue: input.defaultValue };
}

/** Every text of the task that the editor shows, by the name of its resource. @returns {Record<string, Source>} */
export function sourceTexts(task) {
  const texts = {
    'loc.friendlyName': { text: task.friendlyName },
    'loc.helpMarkDown': { text: task.helpMarkDown },
    'loc.description': { text: task.description },
    'loc.instanceNameFormat': { text: task.instanceNameFormat },
  };
  for (const group of task.groups ?? []) texts[`loc.group.displayName.${group.name}`] = { text: group.displayName };
  for (const input of task.inputs) {
    texts[`loc.input.label.${input.name}`] = { text: input.label };
    texts[`loc.input.help.${input.name}`] = helpSource(input);
  }
  return texts;
}

/** The task's texts by the name of their resource. Throws for a text without translation. */
export function resources(task, translations) {
  const translated = (text) => {
    if (translations === undefined) return text;
    if (Object.hasOwn(translations, text)) return translations[text];
    throw new Error(`no translation of "${text}" (${task.name}); see scripts/generate-tasks`);
  };
  const space = translated(DEFAULT_SENTENCE).match(/^[\p{Script=Han}]/u) ? '' : ' ';
  return Object.fromEntries(Object.entries(sourceTexts(task)).map(([key, { text, defaultValue }]) => {
    const sentence = defaultValue === undefined ? '' : space + translated(DEFAULT_SENTENCE).replace('{value}', () => defaultValue);
    return [key, translated(text) + sentence];
  }));
}

/** task.loc.json: the task with references in the places of its texts. */
export function withReferences(task) {
  const reference = (key) => `ms-resource:${key}`;
  return {
    ...task,
    friendlyName: reference('loc.friendlyName'),
    helpMarkDown: reference('loc.helpMarkDown'),
    description: reference('loc.description'),
    instanceNameFormat: reference('loc.instanceNameFormat'),
    ...(task.groups && {
      groups: task.groups.map((group) => ({ ...group, displayName: reference(`loc.group.displayName.${group.name}`) })),
    }),
    inputs: task.inputs.map((input) => ({
      ...input,
      label: reference(`loc.input.label.${input.name}`),
      helpMarkDown: reference(`loc.input.help.${input.name}`),
    })),
  };
}

/** The translations by language: {"de-DE": {"Wait for the job": "Auf den Auftrag warten"}}. */
export function readTranslations(repository) {
  const folder = path.join(repository, 'tasks', 'localization');
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.json')).sort();
  return Object.fromEntries(files.map((name) => [path.basename(name, '.json'), readJson(path.join(folder, name))]));
}

/** What the translations lack and what they have too much, each as a line; empty when all is well. */
export function translationProblems(tasks, translations) {
  const needed = new Set([DEFAULT_SENTENCE]);
  for (const task of Object.values(tasks)) for (const { text } of Object.values(sourceTexts(task))) needed.add(text);
  return Object.entries(translations).flatMap(([language, known]) => [
    ...[...needed].filter((text) => !Object.hasOwn(known, text)).map((text) => `${language}.json lacks "${text}"`),
    ...Object.keys(known).filter((text) => !needed.has(text)).map((text) => `${language}.json has "${text}", which no task says`),
  ]);
}
