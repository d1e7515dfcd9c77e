// Reads a file of shell-style `KEY=value` lines that describes a service connection as environment variables. The keys hold
// the connection's GUID, dashes included, which a shell would not take as names.

import fs from 'node:fs';

/** The value of one shell word: single and double quotes, backslashes. */
export function shellValue(word) {
  let value = '';
  for (const [, single, double, escaped, plain] of word.matchAll(/'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^'"\\])/g)) {
    value += single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain;
  }
  return value;
}

/** The variables in the text of such a file. */
export function parseConnection(text) {
  const lines = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)=(.*?)\r?$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name, shellValue(value.trim())]));
}

export function readConnection(file) {
  return parseConnection(fs.readFileSync(file, 'utf8'));
}
