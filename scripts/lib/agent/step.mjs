// One running step: carries out the logging commands of its task and keeps its result.

import fs from 'node:fs';
import path from 'node:path';
import { looksLikeCommand, parseCommand } from './commands.mjs';

const RESULTS = ['Succeeded', 'SucceededWithIssues', 'Canceled', 'Failed'];
const IGNORED = new Set(['task.logdetail', 'task.settaskvariable', 'telemetry.publish', 'task.prependpath']);

/** The worse of two results. */
export function worse(a, b) {
  return RESULTS[Math.max(RESULTS.indexOf(a), RESULTS.indexOf(b))];
}

const isTrue = (text) => text?.toLowerCase() === 'true';

/** Whether a variable's name matches one of the patterns of task.json, where * stands for any text. */
export function isSettable(name, patterns) {
  return patterns === undefined || patterns.some((pattern) => {
    const expression = pattern.split('*').map((part) => part.replace(/[\\^$.|?+(){}[\]]/g, '\\$&')).join('.*');
    return new RegExp(`^${expression}$`, 'i').test(name);
  });
}

export class Step {
  result = 'Succeeded';
  issues = [];
  summaries = [];
  attachments = [];
  #lastProgress;

  constructor({ name, state, output, settable }) {
    this.name = name;
    this.state = state;
    this.output = output;
    this.settable = settable;
  }

  /** Takes one line of the task's output. */
  line(text) {
    const command = parseCommand(text);
    if (command) {
      this.#carryOut(command);
    } else if (looksLikeCommand(text)) {
      this.#issue('warning', `not a logging command: ${text.replace(/##vso/gi, '')}`);
    } else {
      this.output.taskLine(text);
    }
  }

  #issue(type, message, code) {
    this.issues.push({ type, message, ...(code && { code }) });
    this.output.issue(type, message);
  }

  #carryOut({ name, properties, data }) {
    const known = {
      'task.setvariable': () => this.#setVariable(properties, data),
      'task.setsecret': () => data && this.state.secrets.add(data),
      'task.logissue': () => this.#issue(properties.type === 'error' ? 'error' : 'warning', data, properties.code),
      'task.complete': () => { this.result = worse(this.result, properties.result ?? 'Succeeded'); },
      'task.uploadsummary': () => this.#keep(data, 'summaries', `${this.name}-${path.basename(data)}`, this.summaries),
      'task.addattachment': () => this.#attach(properties, data),
      'task.uploadfile': () => this.#keep(data, 'files', path.basename(data), this.attachments),
      'task.setprogress': () => this.#progress(properties.value, data),
      'task.debug': () => isTrue(this.state.variables.get('System.Debug')) && this.output.taskLine(`##[debug]${data}`),
      'build.addbuildtag': () => this.state.tags.push(data),
      'build.updatebuildnumber': () => this.state.variables.provide('Build.BuildNumber', data),
    }[name];
    if (known) {
      known();
    } else if (!IGNORED.has(name)) {
      this.#issue('warning', `this agent does not know the command ${name}`);
    }
  }

  #setVariable(properties, value) {
    const { variable } = properties;
    if (!variable) {
      this.#issue('warning', 'task.setvariable without a variable name');
      return;
    }
    if (!isSettable(variable, this.settable)) {
      this.#issue('warning', `the restrictions in task.json do not let the task set the variable ${variable}`);
      return;
    }
    const secret = isTrue(properties.issecret);
    if (secret && value) {
      this.state.secrets.add(value);
    }
    // An output variable is known by the step's name, in this job as in later ones.
    const name = isTrue(properties.isoutput) ? `${this.name}.${variable}` : variable;
    if (!this.state.variables.set(name, value, { secret, readOnly: isTrue(properties.isreadonly) })) {
      this.#issue('warning', `the variable ${name} is read-only`);
    }
  }

  #attach({ type, name }, file) {
    if (!type || !name || /[\\/:*?"<>|]/.test(type + name)) {
      this.#issue('error', 'task.addattachment needs a type and a name that can be file names');
      this.result = worse(this.result, 'Failed');
      return;
    }
    this.#keep(file, path.join('attachments', type), name, this.attachments);
  }

  #keep(file, subfolder, name, list) {
    if (!fs.existsSync(file)) {
      this.#issue('error', `there is no file ${file} to keep`);
      this.result = worse(this.result, 'Failed');
      return;
    }
    list.push(this.state.keep(file, subfolder, name));
  }

  #progress(value, text) {
    const shown = `${value}%${text ? ` ${text}` : ''}`;
    if (shown !== this.#lastProgress) {
      this.output.line(shown, 'dim');
      this.#lastProgress = shown;
    }
  }
}
