// What one environment's job came to, read from its state folder; and how it is shown.

import fs from 'node:fs';
import { Variables } from '../agent/variables.mjs';

function readJson(file) {
  return file && fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

/** {environment, steps, failed, gate, metrics, summaries, seconds, get}; `failed` is the step that did not succeed. */
export function readOutcome(environment, folder) {
  const saved = readJson(`${folder}/state.json`) ?? {};
  const variables = new Variables(saved.variables);
  const get = (name) => variables.get(name);
  const steps = saved.steps ?? [];
  const gate = readJson(get('gate.reportFile'));
  const measured = readJson(get('train.metricsFile')) ?? {};
  return {
    environment, steps, gate, get,
    failed: steps.find(({ result }) => result === 'Failed' || result === 'Canceled'),
    metrics: gate?.candidate?.metrics ?? measured.metrics ?? measured,
    summaries: steps.flatMap((step) => step.summaries),
    seconds: steps.reduce((total, step) => total + step.seconds, 0),
  };
}

/** Text of a number with four digits after the point, without needless zeros. */
export function number(value) {
  return value === undefined ? '-' : String(Math.round(value * 10_000) / 10_000);
}

export const COLUMNS = ['environment', 'result', 'training job', 'gate', 'accuracy', 'roc_auc', 'log_loss', 'model',
  'endpoint / deployment', 'time'];

function resultOf({ failed, steps }) {
  if (failed) {
    return `${failed.result.toLowerCase()} at ${failed.name}`;
  }
  return steps.some(({ name }) => name === 'deploy') ? 'deployed' : 'not started';
}

/** The cells of an outcome, in the order of COLUMNS. */
export function row(outcome) {
  const { environment, get, metrics, seconds } = outcome;
  const model = get('register.modelVersion') && `${get('register.modelName') ?? get('MODEL_NAME')} ${get('register.modelVersion')}`;
  const deployed = get('deploy.deploymentName') && `${get('deploy.endpointName')} / ${get('deploy.deploymentName')}`;
  const measured = [metrics.accuracy, metrics.roc_auc, metrics.log_loss].map(number);
  return [environment, resultOf(outcome), get('train.jobName') ?? '-', get('gate.verdict') ?? '-', ...measured,
    model ?? '-', deployed ?? '-', `${seconds.toFixed(1)} s`];
}

/** Rows of text as aligned columns, the first row underlined. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const align = (cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd();
  const [head, ...body] = rows;
  return [align(head), align(widths.map((width) => '-'.repeat(width))), ...body.map(align)].join('\n');
}

/** Why an environment's job stopped: the rules that were not met, else the errors the step told of. */
export function reasons({ failed, gate }) {
  const rules = failed.name === 'gate' ? (gate?.rules ?? []).filter((rule) => rule.result === 'fail') : [];
  if (rules.length > 0) {
    return rules.map((rule) => rule.message ?? `${rule.metric} ${number(rule.value)} does not meet ${rule.condition}`);
  }
  const errors = failed.issues.filter(({ type }) => type === 'error').map(({ message }) => message);
  return errors.length > 0 ? errors : [`the task ended with exit code ${failed.exitCode}`];
}
