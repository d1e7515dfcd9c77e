// The tables of a task's page, tasks/<folder>/README.md, from its task.json. They stand between two comments:
// <!-- inputs --> ... <!-- end of inputs -->, and the same with outputs.

const KINDS = {
  boolean: '`true` or `false`',
  filePath: 'a path',
  multiLine: 'lines',
  pickList: 'a name',
  string: 'a text',
};

/** Text in a cell of a table: a bar would end it, and `<` could begin a tag. */
function cell(text) {
  return text.replace(/[|<*]/g, (letter) => `\\${letter}`).replaceAll('\n', ' ');
}

function kind(input) {
  if (input.options) return Object.keys(input.options).map((value) => `\`${value}\``).join(', ');
  if (input.type.startsWith('connectedService:')) return 'a service connection';
  if (input.properties?.isVariableOrNonNegativeNumber) return 'a number';
  return KINDS[input.type];
}

/** When the editor shows an input: with `wait = true`, with a `jobName`, without a `jobName`. */
function condition(rule) {
  const [, name, comparison, value] = rule.match(/^(\w+) (!?=) (.*)$/);
  if (value !== '""') return `Only where \`${name}\` is ${comparison === '=' ? '' : 'not '}\`${value}\`.`;
  return comparison === '=' ? `Only without \`${name}\`.` : `Only with \`${name}\`.`;
}

function inputRow(input) {
  const name = `\`${input.name}\`${input.required ? ' (required)' : ''}`;
  const text = [input.visibleRule && condition(input.visibleRule), cell(input.helpMarkDown)].filter(Boolean).join(' ');
  return `| ${name} | ${kind(input)} | **${cell(input.label)}.** ${text} |`;
}

function inputTables(task) {
  const groups = [undefined, ...(task.groups ?? [])];
  return groups.flatMap((group) => {
    const inputs = task.inputs.filter((input) => input.groupName === group?.name);
    if (inputs.length === 0) return [];
    const heading = group ? [`### ${group.displayName}`, ''] : [];
    return [...heading, '| input | value | meaning |', '| --- | --- | --- |', ...inputs.map(inputRow), ''];
  }).join('\n').trimEnd();
}

function outputTable(task) {
  const rows = task.outputVariables.map((output) => `| \`${output.name}\` | ${cell(output.description)} |`);
  return ['| output | meaning |', '| --- | --- |', ...rows].join('\n');
}

/** The page with its tables made anew. Throws where the page has no place for them. */
export function withTables(page, task) {
  const tables = { inputs: inputTables(task), ...(task.outputVariables?.length && { outputs: outputTable(task) }) };
  return Object.entries(tables).reduce((text, [name, table]) => {
    const place = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- end of ${name} -->`);
    if (!place.test(text)) throw new Error(`the page of ${task.name} has no place for its ${name}: <!-- ${name} -->`);
    return text.replace(place, () => `<!-- ${name} -->\n${table}\n<!-- end of ${name} -->`);
  }, page);
}
