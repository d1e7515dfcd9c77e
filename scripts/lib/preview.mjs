// The private variant of the extension. It stands beside the public one in an organization, so its tasks have identities of
// their own; and the Marketplace and agents take new content under a new version only, so each build counts up.
//
//   node preview.mjs STAGE [BUILD]     changes the staged vss-extension.json and task.json files

import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Always the same identifier for the same task, in the form of a name-based UUID (RFC 9562, version 8). */
export function previewId(id) {
  const hex = crypto.createHash('sha256').update(`${id} preview`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function previewTask(task, build) {
  return {
    ...task,
    id: previewId(task.id),
    name: `${task.name}Preview`,
    friendlyName: task.friendlyName.replace('Azure ML:', 'Preview:'),
    version: { ...task.version, Patch: task.version.Patch + build },
  };
}

export function previewExtension(extension, build) {
  return {
    ...extension,
    id: `${extension.id}-preview`,
    name: `${extension.name} (preview)`,
    public: false,
    version: build > 0 ? `${extension.version}.${build}` : extension.version,
  };
}

function change(file, make) {
  fs.writeFileSync(file, `${JSON.stringify(make(JSON.parse(fs.readFileSync(file, 'utf8'))), null, 2)}\n`);
}

function main(stage, build) {
  change(path.join(stage, 'vss-extension.json'), (extension) => previewExtension(extension, build));
  for (const task of fs.readdirSync(path.join(stage, 'tasks'))) {
    change(path.join(stage, 'tasks', task, 'task.json'), (manifest) => previewTask(manifest, build));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv[2], Number(process.argv[3] || 0));
}
