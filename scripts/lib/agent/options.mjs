// The command line of agent.mjs.

import { parseArgs } from 'node:util';

export const HELP = `usage: node scripts/lib/agent.mjs --task FOLDER --state FOLDER --name STEP [options]
       node scripts/lib/agent.mjs --state FOLDER --get VARIABLE

Runs one task as the Azure Pipelines agent does and keeps the job's variables in the state folder for the next step.

  --task FOLDER          the task, in the source tree (tasks/MlopsAmlSubmitV1) or packaged
  --state FOLDER         what the job keeps between steps (made when it is missing)
  --name STEP            the step's name; its output variables become STEP.name
  --input NAME=VALUE     an input; $(name) in it is replaced with a variable. May be repeated
  --variable NAME=VALUE  a variable of the job. May be repeated
  --connection FILE      the service connection, as KEY=value lines
  --bin FOLDER           executables for a task of the source tree (default: build/release/bin)
  --label TEXT           what stands before each line (default: the step's name)
  --build-id N  --build-number TEXT  --attempt N  --stage NAME  --job NAME  --commit SHA  --branch NAME
                         which run this is
  --sources FOLDER       the checked-out repository and working folder (default: the current folder)
  --get VARIABLE         print the value of a variable instead of running a task; exit code 1 when there is none
  --help

Exit code: 0 succeeded (also with issues), 130 canceled, else that of the task, at least 1.
`;

const TEXT = { type: 'string' };
const LIST = { type: 'string', multiple: true, default: [] };
const OPTIONS = {
  task: TEXT, state: TEXT, name: TEXT, input: LIST, variable: LIST, connection: TEXT, bin: TEXT, label: TEXT,
  'build-id': { ...TEXT, default: '1' }, 'build-number': TEXT, attempt: { ...TEXT, default: '1' },
  stage: { ...TEXT, default: 'local' }, job: { ...TEXT, default: 'job' },
  commit: { ...TEXT, default: '0'.repeat(40) }, branch: { ...TEXT, default: 'main' },
  sources: { ...TEXT, default: '.' }, get: TEXT, help: { type: 'boolean', default: false },
};

function pairs(items, option) {
  return Object.fromEntries(items.map((item) => {
    const equals = item.indexOf('=');
    if (equals < 1) {
      throw new Error(`--${option} takes NAME=VALUE, got "${item}"`);
    }
    return [item.slice(0, equals), item.slice(equals + 1)];
  }));
}

/** The options as an object; throws an error whose message is for the user. */
export function parseOptions(args) {
  const { values } = parseArgs({ args, options: OPTIONS, strict: true });
  if (values.help) {
    return values;
  }
  const needed = values.get === undefined ? ['task', 'state', 'name'] : ['state'];
  const missing = needed.filter((name) => !values[name]);
  if (missing.length > 0) {
    throw new Error(`missing ${missing.map((name) => `--${name}`).join(', ')}`);
  }
  return { ...values, input: pairs(values.input, 'input'), variable: pairs(values.variable, 'variable') };
}
