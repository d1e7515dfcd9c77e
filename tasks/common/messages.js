'use strict';
// What a task says when it can't start its executable.

/** What to tell a user whose platform has no executable; `folder` is its own under bin/, `shipped` are those that there are. */
function missingExecutable({ executable, file, folder, shipped }) {
  if (shipped.length === 0) {
    return `${executable}: the file ${file} is missing. Install the extension again; in the source tree, build first.`;
  }
  if (!shipped.includes(folder)) {
    return `${executable} has no executable for ${folder}, only for ${[...shipped].sort().join(', ')}. `
      + 'Run the job on an agent of one of these platforms.';
  }
  return `${executable}: the file ${file} is missing from the task. `
    + "Remove the task's folder from the agent's _tasks folder, so that the agent unpacks it again.";
}

/** Why the system refused to start a file that exists. */
function startFailure(executable, file, error) {
  const hints = {
    ENOENT: 'Its dynamic loader or a library is missing on this system.',
    ENOEXEC: "It is not made for this system's processor.",
    EACCES: 'The agent may not run files there; check the permissions and the mount option noexec.',
    ETXTBSY: 'Another process is writing the file; run the job again.',
  };
  return [`${executable}: could not start ${file}: ${error.message}.`, hints[error.code]].filter(Boolean).join(' ');
}

/** Escapes the message of a logging command as the agent undoes it. */
function escapeData(text) {
  return String(text).replace(/%/g, '%AZP25').replace(/;/g, '%3B').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
    .replace(/]/g, '%5D');
}

/** The logging commands that end the task as failed. */
function failure(message) {
  return `##vso[task.logissue type=error]${escapeData(message)}\n`
    + `##vso[task.complete result=Failed]${escapeData(message)}\n`;
}

module.exports = { missingExecutable, startFailure, escapeData, failure };
