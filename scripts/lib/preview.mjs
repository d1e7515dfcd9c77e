// The private variant of the extension. It stands beside the public one in an organization, so its tasks have identities of
// their own; and the Marketplace and agents take new content under a new version only, so each build counts up.

import crypto from 'node:crypto';

/** Always the same identifier for the same task, in the form of a name-based UUID (RFC 9562, version 8). */
export function previewId(id) {
  const hex = crypto.createHash('sha256').update(`${id} preview`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The name that people see, in any language. */
export function previewName(friendlyName) {
  return friendlyName.replace('Azure ML:', 'Preview:');
}

export function previewTask(task, build) {
  return {
    ...task,
    id: previewId(task.id),
    name: `${task.name}Preview`,
    friendlyName: previewName(task.friendlyName),
    preview: true,
    version: { ...task.version, Patch: task.version.Patch + build },
  };
}

export function previewExtension(extension, build) {
  return {
    ...extension,
    id: `${extension.id}-preview`,
    name: `${extension.name} (preview)`,
    public: false,
    galleryFlags: ['Preview'],
    version: build > 0 ? `${extension.version}.${build}` : extension.version,
  };
}
