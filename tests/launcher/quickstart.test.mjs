// The quick start's own flow: the real pipeline-run, stand-ins for the emulator and the tasks. MLOPS_BIN holds pipeline-run.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { repository, start, temporaryFolder } from './support.mjs';

const RUNNER = path.join(process.env.MLOPS_BIN ?? path.join(repository, 'build', 'dev', 'bin'), 'pipeline-run');
const linux = { skip: !fs.existsSync(RUNNER) && `${RUNNER} is missing: build it, or set MLOPS_BIN` };
const FAKES = path.join(repository, 'tests', 'launcher', 'fakes');
const TASKS = ['config-resolve', 'aml-submit', 'quality-gate', 'model-register', 'deploy-aks'];

/** A quick start with a data folder and stand-ins of its own. */
function quickstart(t) {
  const folder = temporaryFolder(t);
  const bin = path.join(folder, 'bin');
  const data = path.join(folder, 'data');
  fs.mkdirSync(bin);
  fs.copyFileSync(path.join(FAKES, 'aml-emulator'), path.join(bin, 'aml-emulator'));
  fs.symlinkSync(RUNNER, path.join(bin, 'pipeline-run'));
  fs.writeFileSync(path.join(bin, 'package.json'), '{"type": "module"}');
  TASKS.forEach((name) => fs.copyFileSync(path.join(FAKES, 'task'), path.join(bin, name)));
  t.after(() => killEmulator(data));
  const begin = (args = [], environment = {}) => start('bash',
    [path.join(repository, 'scripts', 'quickstart'), '--data', data, '--bin', bin, ...args],
    { cwd: repository, env: { ...process.env, ...environment } });
  const calls = () => fs.readFileSync(path.join(data, 'emulator', 'calls.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);
  return { folder, data, begin, calls };
}

/** Whether the process runs: one that has ended stays in the table until its parent, here the first process, asks. */
function runs(pid) {
  try {
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function emulatorOf(data) {
  const file = path.join(data, 'emulator.pid');
  return fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : undefined;
}

function killEmulator(data) {
  const pid = emulatorOf(data);
  if (pid) {
    process.kill(pid, 'SIGTERM');
  }
}

test('takes the model through every environment and stops the emulator', linux, async (t) => {
  const { data, begin, calls } = quickstart(t);
  const { code, stdout, stderr } = await begin().done;
  assert.equal(code, 0, stdout + stderr);
  assert.match(stderr, /^There is no terminal to ask on: every approval is given\.$/m);
  assert.match(stdout, /^Environment PRD: approved \(--approve\)$/m);
  assert.match(stdout, /^DEV +deployed +breast-cancer-1-1 +pass +0\.988 +0\.9 +0\.1 +breast-cancer 1 +breast-cancer-dev \/ m1 /m);
  assert.match(stdout, /^PRD +deployed /m);
  assert.match(stdout, /PRD: version 1 of breast-cancer answers 100% of the requests \(breast-cancer-prd \/ m1\)/);
  assert.match(stdout, /Scoring \(PRD\): http.*\n.*sample-request\.json -> \["malignant","benign"\]/);
  assert.equal(emulatorOf(data), undefined);

  assert.deepEqual(calls().map(({ name, stage }) => `${stage} ${name}`), 
    ['dev', 'prd'].flatMap((stage) => ['aml-submit', ...TASKS.slice(1)].map((name) => `${stage} ${name}`)));
  const register = calls().find(({ name }) => name === 'model-register');
  assert.equal(register.INPUT_RESOURCEGROUP, 'rg');
  assert.equal(register.INPUT_WORKSPACE, 'w-dev');
  assert.equal(register.INPUT_JOBNAME, 'breast-cancer-1-1');
  assert.equal(register.INPUT_AZURESUBSCRIPTION, '11111111-2222-4333-8444-555555555555');
});

test('the gate stops a worse model, and production stays as it was', linux, async (t) => {
  const { begin, calls } = quickstart(t);
  const first = await begin(['--worse-model']).done;
  assert.equal(first.code, 1);
  assert.match(first.stdout, /\n {2}PRD: no model is in service yet\n/);
  assert.equal((await begin().done).code, 0);
  const { code, stdout } = await begin(['--worse-model']).done;
  assert.equal(code, 1);
  assert.match(stdout, /^DEV +failed at gate +breast-cancer-3-1 +fail +0\.766 /m);
  assert.match(stdout, /^PRD +not started /m);
  assert.match(stdout, /PRD: version 2 of breast-cancer still answers 100% of the requests \(breast-cancer-prd \/ m2\)/);
  assert.ok(stdout.endsWith('\nDEV was stopped by the quality gate; nothing was deployed after that:\n'
    + '  - accuracy 0.766 is below the minimum 0.93\n'), stdout);
  assert.equal(calls().filter(({ name }) => name === 'deploy-aks').length, 2);
});

test('a rejected environment is not deployed to, and the exit code says so', linux, async (t) => {
  const { code, stdout } = await quickstart(t).begin(['--reject', 'PRD', '--approve', 'DEV']).done;
  assert.equal(code, 1);
  assert.match(stdout, /^DEV +deployed /m);
  assert.match(stdout, /^PRD +rejected /m);
  assert.ok(stdout.endsWith('\nPRD was rejected; nothing was deployed after that:\n'
    + '  - the environment PRD: rejected (--reject)\n'), stdout);
});

test('keeps the emulator when asked, and the next run uses it', linux, async (t) => {
  const { data, begin } = quickstart(t);
  const first = await begin(['--keep', '--environment', 'DEV']).done;
  assert.equal(first.code, 0, first.stdout + first.stderr);
  const pid = emulatorOf(data);
  assert.ok(first.stderr.endsWith(`To stop it: kill ${pid}    (the id is in ${data}/emulator.pid)\n`), first.stderr);
  assert.match(first.stdout, /curl -s -H 'Authorization: Bearer key-of-breast-cancer-dev' .* -d @examples\/breast-cancer\/sample/);
  assert.doesNotMatch(first.stdout, /^PRD/m);
  assert.ok(runs(pid));

  const second = await begin(['--environment', 'DEV']).done;
  assert.equal(second.code, 0, second.stdout + second.stderr);
  assert.match(second.stderr, new RegExp(`Using the emulator that was kept \\(process ${pid}\\)`));
  assert.match(second.stdout, /^DEV +deployed +breast-cancer-2-1 /m);
  assert.ok(runs(pid));

  const third = await begin(['--clean', '--environment', 'DEV']).done;
  assert.match(third.stdout, /^DEV +deployed +breast-cancer-1-1 /m);
  assert.ok(!runs(pid));
});

test('Ctrl-C cancels the step that runs, then stops the emulator', linux, async (t) => {
  const { data, begin } = quickstart(t);
  fs.mkdirSync(path.join(data, 'emulator'), { recursive: true });
  fs.writeFileSync(path.join(data, '.mlops-quickstart'), '');
  fs.writeFileSync(path.join(data, 'emulator', 'hang'), '');
  const { child, done, printed } = begin();
  await printed('[Train_DEV.train] training');
  const pid = emulatorOf(data);
  child.kill('SIGINT');
  const { code, stdout } = await done;
  assert.equal(code, 130);
  assert.match(stdout, /\[Train_DEV\.train\] job canceled\n/);
  assert.match(stdout, /\nRun [^\n]*: Canceled; see [^\n]*\n$/);
  assert.ok(!runs(pid));
});

test('shows the log of an emulator that does not start', linux, async (t) => {
  const { code, stderr } = await quickstart(t).begin([], { FAKE_EMULATOR_FAILS: '1' }).done;
  assert.equal(code, 1);
  assert.match(stderr, /no port is free\nerror: aml-emulator ended before it was ready\.\n$/);
});

test('refuses what it cannot do before it builds anything', linux, async (t) => {
  const { folder, begin } = quickstart(t);
  const refused = async (...args) => {
    const { code, stderr } = await begin(args).done;
    assert.equal(code, 1);
    return stderr;
  };
  assert.match(await refused('--fast'), /^error: unknown option "--fast"\./);
  assert.match(await refused('--approve'), /^error: --approve needs a value\./);
  assert.match(await refused('--environment'), /^error: --environment needs a value\./);
  assert.match(await refused('--environment', 'DEV,QA'), /^error: there is no environment "QA": .*\n +Name some of: DEV PRD/);
  fs.mkdirSync(path.join(folder, 'mine'));
  fs.writeFileSync(path.join(folder, 'mine', 'thesis.txt'), '');
  assert.match(await refused('--data', path.join(folder, 'mine'), '--clean'), /^error: .*mine holds files that are not of the quick/);
  assert.ok(fs.existsSync(path.join(folder, 'mine', 'thesis.txt')));
});
