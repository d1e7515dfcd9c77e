import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { packagedTask, repository, start, temporaryFolder } from './support.mjs';

const AGENT = path.join(repository, 'scripts', 'lib', 'agent.mjs');

/** A job with one packaged task whose executable is the shell script. */
function job(t, script, manifest) {
  const folder = temporaryFolder(t);
  const task = packagedTask(folder, script);
  if (manifest) {
    fs.writeFileSync(path.join(task, 'task.json'), JSON.stringify(manifest));
  }
  const stateFolder = path.join(folder, 'state');
  const begin = (...args) => start(process.execPath,
    [AGENT, '--task', task, '--state', stateFolder, '--name', 'probe', ...args], { cwd: folder });
  const state = () => JSON.parse(fs.readFileSync(path.join(stateFolder, 'state.json'), 'utf8'));
  return { folder, task, stateFolder, begin, state };
}

test('keeps variables for the next step, output variables under the name of the step', async (t) => {
  const { begin, stateFolder } = job(t, [
    'echo "plain=$PLAIN output=$PROBE_RESULT key=$SECRET_KEY input=$INPUT_X"',
    'echo "##vso[task.setvariable variable=plain]1"',
    'echo "##vso[task.setvariable variable=result;isoutput=true]100%AZP25"',
    'echo "##vso[task.setvariable variable=key;issecret=true]s3cret"',
  ].join('\n'));
  const first = await begin().done;
  assert.deepEqual(first, { code: 0, signal: null, stdout: '[probe] plain= output= key= input=\n', stderr: '' });
  const second = await begin('--input', 'x=<$(probe.result)>', '--label', 'DEV probe').done;
  assert.equal(second.stdout, '[DEV probe] plain=1 output=100% key=*** input=<100%>\n');

  const get = (name) => start(process.execPath, [AGENT, '--state', stateFolder, '--get', name]).done;
  assert.deepEqual(await get('probe.RESULT'), { code: 0, signal: null, stdout: '100%\n', stderr: '' });
  assert.equal((await get('result')).code, 1);
  assert.equal(fs.statSync(path.join(stateFolder, 'state.json')).mode & 0o777, 0o600);
});

test('masks a secret from the command on, on both streams', async (t) => {
  const { begin } = job(t, 'echo "##vso[task.setsecret]s3cret"; echo "a s3cret"; sleep 0.1; echo "b s3cret" >&2');
  assert.equal((await begin().done).stdout, '[probe] a ***\n[probe] b ***\n');
});

test('shows issues and keeps them with the result', async (t) => {
  const { begin, state } = job(t, [
    'echo "##vso[task.logissue type=warning]careful"',
    'echo "##vso[task.logissue type=error;code=E1]line 1%0Aline 2"',
    'echo "##vso[task.complete result=SucceededWithIssues]"',
  ].join('\n'));
  const end = await begin().done;
  assert.equal(end.code, 0);
  assert.equal(end.stdout, '[probe] ##[warning]careful\n[probe] ##[error]line 1\n[probe] line 2\n');
  const [step] = state().steps;
  assert.equal(step.result, 'SucceededWithIssues');
  assert.deepEqual(step.issues, [{ type: 'warning', message: 'careful' },
    { type: 'error', message: 'line 1\nline 2', code: 'E1' }]);
});

test('fails with the exit code of the task, or 1 when the task only says so', async (t) => {
  assert.equal((await job(t, 'exit 5').begin().done).code, 5);
  const { begin, state } = job(t, 'echo "##vso[task.complete result=Failed]"');
  assert.equal((await begin().done).code, 1);
  assert.equal(state().steps[0].result, 'Failed');
});

test('keeps summaries and attachments, and fails for a file that is not there', async (t) => {
  const { begin, state } = job(t, [
    'echo "# one" > "$AGENT_TEMPDIRECTORY/report.md"',
    'echo "##vso[task.uploadsummary]$AGENT_TEMPDIRECTORY/report.md"',
    'echo "##vso[task.uploadsummary]$AGENT_TEMPDIRECTORY/report.md"',
    'echo "##vso[task.addattachment type=mlops.gate;name=report.md]$AGENT_TEMPDIRECTORY/report.md"',
  ].join('\n'));
  assert.equal((await begin().done).code, 0);
  const [step] = state().steps;
  assert.deepEqual(step.summaries.map((file) => path.basename(file)), ['probe-report.md', 'probe-report-2.md']);
  assert.equal(fs.readFileSync(step.summaries[1], 'utf8'), '# one\n');
  assert.deepEqual(step.attachments.map((file) => path.basename(path.dirname(file))), ['mlops.gate']);

  const end = await job(t, 'echo "##vso[task.uploadsummary]/no/such.md"').begin().done;
  assert.equal(end.code, 1);
  assert.equal(end.stdout, '[probe] ##[error]there is no file /no/such.md to keep\n');
});

test('holds the task to the variables that task.json lets it set', async (t) => {
  const { begin, state } = job(t, [
    'echo "##vso[task.setvariable variable=metric_f1]1"',
    'echo "##vso[task.setvariable variable=other]1"',
    'echo "##vso[task.setvariable variable=Build.BuildId]1"',
  ].join('\n'), { restrictions: { settableVariables: { allowed: ['metric_*', 'build.*'] } } });
  const end = await begin('--build-id', '42').done;
  assert.equal(end.stdout, '[probe] ##[warning]the restrictions in task.json do not let the task set the variable other\n'
    + '[probe] ##[warning]the variable Build.BuildId is read-only\n');
  assert.equal(state().variables.metric_f1.value, '1');
  assert.equal(state().variables['Build.BuildId'].value, '42');
});

test('warns about commands it cannot carry out', async (t) => {
  const { begin } = job(t, 'echo "##vso[task.dance]x"; echo "see ##vso here"');
  assert.equal((await begin().done).stdout, '[probe] ##[warning]this agent does not know the command task.dance\n'
    + '[probe] ##[warning]not a logging command: see  here\n');
});

test('runs a task of the source tree with the executables of a build', async (t) => {
  const folder = temporaryFolder(t);
  fs.mkdirSync(path.join(folder, 'bin'));
  fs.writeFileSync(path.join(folder, 'bin', 'aml-submit'), '#!/bin/sh\necho "$1 $INPUT_JOBFILE $(pwd)"\n', { mode: 0o755 });
  const end = await start(process.execPath, [AGENT, '--task', path.join(repository, 'tasks', 'MlopsAmlSubmitV1'),
    '--state', path.join(folder, 'state'), '--name', 'submit', '--bin', path.join(folder, 'bin'),
    '--input', 'jobFile=pipeline.yml', '--sources', folder]).done;
  assert.equal(end.code, 0, end.stdout + end.stderr);
  assert.ok(end.stdout.includes(`[submit]  pipeline.yml ${folder}\n`), end.stdout);
});

test('passes Ctrl-C on once and waits for the task to clean up', async (t) => {
  const { begin, state } = job(t, 'trap "echo cleaned; exit 1" INT; echo ready; while :; do sleep 0.05; done');
  const { child, done, printed } = begin();
  await printed('ready');
  child.kill('SIGINT');
  child.kill('SIGINT');
  const end = await done;
  assert.equal(end.code, 130);
  assert.equal(end.stdout, '[probe] ready\n[probe] ##[warning]canceling\n[probe] cleaned\n');
  assert.equal(state().steps[0].result, 'Canceled');
});

test('ends a task that ignores every signal, with its children', async (t) => {
  const { begin } = job(t, 'trap "" INT TERM; sleep 60 & echo "child $!"; echo ready; wait; sleep 60');
  const { child, done, printed } = begin('--variable', 'PROCESS_SIGINT_TIMEOUT=100', '--variable', 'PROCESS_SIGTERM_TIMEOUT=100');
  await printed('ready');
  child.kill('SIGINT');
  const end = await done;
  assert.equal(end.code, 130);
  const grandchild = Number(/child (\d+)/.exec(end.stdout)[1]);
  assert.throws(() => process.kill(grandchild, 0) && isZombie(grandchild), { code: 'ESRCH' });
});

/** Throws ESRCH for a process that has ended but was not yet waited for. */
function isZombie(pid) {
  if (/^\d+ \(.*\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))) {
    throw Object.assign(new Error('ended'), { code: 'ESRCH' });
  }
}

test('explains a folder that is no task', async (t) => {
  const folder = temporaryFolder(t);
  const end = await start(process.execPath, [AGENT, '--task', folder, '--state', path.join(folder, 's'), '--name', 'x']).done;
  assert.equal(end.code, 2);
  assert.equal(end.stderr, `agent: ${folder} is not a task folder: it has neither launch.js nor launch.json\n`);
});
