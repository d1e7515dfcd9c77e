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

/** The variables in the text of such a file. Throws with the line's number. */
export function parseConnection(text, file = 'connection') {
  const variables = {};
  text.split(/\r?\n/).forEach((line, index) => {
    if (/^\s*(#|$)/.test(line)) {
      return;
    }
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)=(.*)$/.exec(line);
    if (!match) {
      throw new Error(`${file}:${index + 1}: expected KEY=value`);
    }
    variables[match[1]] = shellValue(match[2].trim());
  });
  return variables;
}

export function readConnection(file) {
  return parseConnection(fs.readFileSync(file, 'utf8'), file);
}

/** The values the agent would hide: every authorization parameter that is a key, a certificate or a token. */
export function connectionSecrets(variables) {
  return Object.entries(variables)
    .filter(([name]) => /^ENDPOINT_AUTH_PARAMETER_.*_(SERVICEPRINCIPALKEY|SERVICEPRINCIPALCERTIFICATE|ACCESSTOKEN)$/i.test(name))
    .map(([, value]) => value);
}
