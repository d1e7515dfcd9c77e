// Logging commands, `##vso[area.event key=value;key=value]data`: parsing as the Azure Pipelines agent does it.

const PREFIX = '##vso[';

/** Undoes the escaping of values and data; the last replacement is the first one that was made. */
export function unescapeValue(text) {
  return text.replace(/%5D/g, ']').replace(/%0A/g, '\n').replace(/%0D/g, '\r').replace(/%3B/g, ';')
    .replace(/%AZP25/g, '%');
}

function parseProperties(text) {
  const properties = {};
  for (const pair of text.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0) {
      properties[pair.slice(0, equals).trim().toLowerCase()] = unescapeValue(pair.slice(equals + 1));
    }
  }
  return properties;
}

/**
 * The command in a line, wherever in the line it starts: {name: 'task.setvariable', properties, data}; undefined when
 * there is none. Property names come in lower case.
 */
export function parseCommand(line) {
  const start = line.indexOf(PREFIX);
  const end = line.indexOf(']', start);
  if (start < 0 || end < 0) {
    return undefined;
  }
  const head = line.slice(start + PREFIX.length, end);
  const space = head.indexOf(' ');
  const name = (space < 0 ? head : head.slice(0, space)).toLowerCase();
  if (!/^[^.\s]+\.[^.\s]+$/.test(name)) {
    return undefined;
  }
  return {
    name,
    properties: space < 0 ? {} : parseProperties(head.slice(space + 1)),
    data: unescapeValue(line.slice(end + 1)),
  };
}

/** Whether the line looks like a command that could not be parsed; the agent warns about those. */
export function looksLikeCommand(line) {
  return line.toLowerCase().includes('##vso');
}
