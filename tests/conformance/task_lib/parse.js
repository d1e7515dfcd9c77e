'use strict';
// Reads lines of a task's output from standard input, a JSON list, and prints what the official task library takes the logging
// commands among them for. Usage: node parse.js FOLDER_WITH_NODE_MODULES

const fs = require('node:fs');
const path = require('node:path');

const library = path.join(path.resolve(process.argv[2]), 'node_modules', 'azure-pipelines-task-lib', 'taskcommand.js');
const { commandFromString } = require(library);

const lines = JSON.parse(fs.readFileSync(0, 'utf8'));
const commands = lines.map((line) => {
  const { command, properties, message } = commandFromString(line);
  return { command, properties, message };
});
process.stdout.write(JSON.stringify(commands));
