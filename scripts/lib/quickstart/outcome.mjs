// What a run of the pipeline came to in one environment, read from the run's folder; and how it is shown.

import fs from 'node:fs';

export function readJson(file) {
  return file && fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

/** The outputs of all jobs of the stages by "step.variable"; a deployment's stand below its hook as well. */
function outputsOf(stages) {
  const all = stages.flatMap((stage) => Object.values(stage.outputs).flatMap(Object.entries));
  return new Map(all.map(([name, { value }]) => [name.split('.').slice(-2).join('.'), value]));
}

/**
 * {environment, steps, failed, refused, gate, metrics, summaries, seconds, get}: the stages are those named after the
 * environment. `failed` is the step that did not succeed, `refused` why a stage did not start.
 */
export function readOutcome(environment, run, folder, configuration) {
  const stages = run.stages.filter(({ name }) => name.endsWith(`_${environment}`));
  const jobs = stages.flatMap((stage) => stage.jobs);
  const steps = jobs.flatMap((job) => job.steps);
  const outputs = outputsOf(stages);
  const get = (name) => outputs.get(name) ?? configuration.variables[name];
  const gate = readJson(`${folder}/artifacts/${get('config.GATE_ARTIFACT')}/report.json`) ?? readJson(get('gate.reportFile'));
  const measured = readJson(get('train.metricsFile')) ?? {};
  const failed = steps.find(({ result }) => result === 'Failed' || result === 'Canceled');
  return {
    environment, steps, gate, get, failed,
    refused: failed ? undefined : stages.find(({ result }) => result === 'Failed')?.reason,
    deployed: stages.length > 0 && stages.every(({ result }) => result.startsWith('Succeeded')),
    metrics: gate?.candidate?.metrics ?? measured.metrics ?? measured,
    summaries: steps.flatMap((step) => step.summaries).map((file) => `${folder}/${file}`),
    seconds: jobs.reduce((total, job) => total + job.seconds, 0),
  };
}

/** Text of a number with four digits after the point, without needless zeros. */
export function number(value) {
  return value === undefined ? '-' : String(Math.round(value * 10_000) / 10_000);
}

export const COLUMNS = ['environment', 'result', 'training job', 'gate', 'accuracy', 'roc_auc', 'log_loss', 'model',
  'endpoint / deployment', 'time'];

function resultOf({ failed, refused, deployed }) {
  if (failed) {
    return `${failed.result.toLowerCase()} at ${failed.name}`;
  }
  if (refused) {
    return 'rejected';
  }
  return deployed ? 'deployed' : 'not started';
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

/** Why an environment's stages stopped: the rules that were not met, else the errors the step told of, else the refusal. */
export function reasons({ failed, refused, gate }) {
  if (!failed) {
    return [refused];
  }
  const rules = failed.name === 'gate' ? (gate?.rules ?? []).filter((rule) => rule.result === 'fail') : [];
  if (rules.length > 0) {
    return rules.map((rule) => rule.message ?? `${rule.metric} ${number(rule.value)} does not meet ${rule.condition}`);
  }
  const errors = failed.issues.filter(({ type }) => type === 'error').map(({ message }) => message);
  return errors.length > 0 ? errors : [`${failed.displayName}: see ${failed.log}`];
}
