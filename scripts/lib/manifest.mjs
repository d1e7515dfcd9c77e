// vss-extension.json completed for packaging.

import fs from 'node:fs';
import path from 'node:path';
import { manifestLinks } from './publisher.mjs';
import { taskFolders } from './tasks.mjs';

/** The manifest with version, publisher, links, and one file entry and one contribution for each task folder.
 * @param {import('./publisher.mjs').Identity} known */
export function completeManifest(manifest, repository, known) {
  const tasks = taskFolders(path.join(repository, 'tasks'));
  const images = fs.readdirSync(path.join(repository, 'docs/images')).filter((name) => name.endsWith('.png')).sort();
  return {
    ...manifest,
    version: known.version,
    publisher: known.publisher,
    ...manifestLinks(known),
    screenshots: images.map((name) => ({ path: `docs/images/${name}` })),
    files: [
      ...tasks.map((name) => ({ path: `tasks/${name}` })),
      ...images.map((name) => ({ path: `docs/images/${name}`, addressable: true })),
      { path: 'THIRD-PARTY-NOTICES.txt', addressable: true },
    ],
    contributions: tasks.map((name) => ({
      id: name,
      type: 'ms.vss-distributed-task.task',
      targets: ['ms.vss-distributed-task.tasks'],
      properties: { name: `tasks/${name}` },
    })),
  };
}
