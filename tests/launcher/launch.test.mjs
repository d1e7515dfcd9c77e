import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { launch, packagedTask, platform, temporaryFolder } from './support.mjs';

const posix = { skip: process.platform === 'win32' && 'the programs of these tests are shell scripts' };
const asRoot = { skip: process.getuid?.() !== 0 && 'needs root, to give the task folder to somebody else' };

test('passes arguments, environment, output and the exit code through', posix, async (t) => {
  const task = packagedTask(temporaryFolder(t), 'echo "out $1|$2 $INPUT_NAME"; echo err >&2; exit 7');
  const end = await launch(task, { args: ['--a', 'ü b'], environment: { INPUT_NAME: 'é;%' } }).done;
  assert.deepEqual(end, { code: 7, signal: null, stdout: 'out --a|ü b é;%\n', stderr: 'err\n' });
});

test('passes standard input through', posix, async (t) => {
  const task = packagedTask(temporaryFolder(t), 'cat');
  const { child, done } = launch(task, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end('hello');
  assert.equal((await done).stdout, 'hello');
});

test("tells the executable the task's folder, whatever a variable says", posix, async (t) => {
  const task = packagedTask(temporaryFolder(t), 'echo "$MLOPS_TASK_FOLDER"');
  const end = await launch(task, { environment: { MLOPS_TASK_FOLDER: '/elsewhere' } }).done;
  assert.equal(end.stdout, `${task}\n`);
});

test('gives the executable back its lost execute bit', posix, async (t) => {
  const task = packagedTask(temporaryFolder(t), 'echo "$0"', { mode: 0o644 });
  const end = await launch(task).done;
  assert.equal(end.code, 0, end.stdout);
  assert.equal(end.stdout, `${path.join(task, 'bin', platform, 'probe')}\n`);
});

test('unpacks the executable at the first start, for those after it', posix, async (t) => {
  const task = packagedTask(temporaryFolder(t), 'echo "$0"', { packed: true });
  const folder = path.join(task, 'bin', platform);
  assert.deepEqual(fs.readdirSync(folder), ['probe.br']);
  for (let start = 0; start < 2; ++start) {
    const end = await launch(task).done;
    assert.equal(end.stdout, `${path.join(folder, 'probe')}\n`);
    assert.deepEqual(fs.readdirSync(folder).sort(), ['probe', 'probe.br']);
  }
});

test('unpacks once where several start at a time', posix, async (t) => {
  const task = packagedTask(temporaryFolder(t), 'exit 3', { packed: true });
  const ends = await Promise.all(Array.from({ length: 6 }, () => launch(task).done));
  assert.deepEqual(ends.map((end) => end.code), Array(6).fill(3), ends.map((end) => end.stdout).join());
  assert.deepEqual(fs.readdirSync(path.join(task, 'bin', platform)).sort(), ['probe', 'probe.br']);
});

test('says what to do about a damaged executable, and leaves nothing of it', posix, async (t) => {
  const task = packagedTask(temporaryFolder(t), 'exit 0', { packed: true });
  const file = path.join(task, 'bin', platform, 'probe.br');
  fs.truncateSync(file, 9);
  const end = await launch(task).done;
  assert.equal(end.code, 1);
  assert.match(end.stdout, /probe\.br can't be unpacked: .*\. Remove the task's folder from the agent's _tasks folder/);
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ['probe.br']);
});

/** A task of root's that nobody may change, run as the user nobody. */
function foreignTask(t, script, options = {}) {
  const folder = temporaryFolder(t);
  fs.chmodSync(folder, 0o755);
  const task = packagedTask(folder, script, { mode: 0o644, ...options });
  const temp = path.join(folder, 'agent temp');
  fs.mkdirSync(temp);
  fs.chownSync(temp, 65534, 65534);
  return { task, temp, run: (environment) => launch(task, { environment, uid: 65534, gid: 65534, cwd: '/' }).done };
}

test('runs a copy from the temporary folder when the task folder is read-only', asRoot, async (t) => {
  const { task, temp, run } = foreignTask(t, 'echo "$0"; stat -c %a "$0" "${0%/*}"; exit 3');
  const end = await run({ AGENT_TEMPDIRECTORY: temp });
  assert.equal(end.code, 3, end.stdout);
  const [file, ...modes] = end.stdout.trim().split('\n');
  assert.match(path.relative(temp, file), /^mlops-.{6}\/probe$/);
  assert.deepEqual(modes, ['700', '700'], 'nobody else can change it');
  assert.deepEqual(fs.readdirSync(temp), [], 'nothing is left of it');
  assert.equal(fs.statSync(path.join(task, 'bin', platform, 'probe')).mode & 0o777, 0o644);
});

test('unpacks into the temporary folder when the task folder is read-only', asRoot, async (t) => {
  const { task, temp, run } = foreignTask(t, 'echo "$0"; stat -c %a "$0"; exit 3', { packed: true });
  const end = await run({ AGENT_TEMPDIRECTORY: temp });
  assert.equal(end.code, 3, end.stdout);
  const [file, mode] = end.stdout.trim().split('\n');
  assert.match(path.relative(temp, file), /^mlops-.{6}\/probe$/);
  assert.equal(mode, '700');
  assert.deepEqual(fs.readdirSync(temp), [], 'nothing is left of it');
  assert.deepEqual(fs.readdirSync(path.join(task, 'bin', platform)), ['probe.br']);
});

test('copies to a folder of its own without an agent folder', asRoot, async (t) => {
  const { temp, run } = foreignTask(t, 'echo "$0"; exit 3');
  const end = await run({ TMPDIR: temp });
  assert.equal(end.code, 3, end.stdout);
  assert.match(path.relative(temp, end.stdout.trim()), /^mlops-.{6}\/probe$/);
});

for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15]]) {
  test(`sends ${signal} on and waits for the executable to finish`, posix, async (t) => {
    const task = packagedTask(temporaryFolder(t),
      `trap 'echo caught; exit 9' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`);
    const { child, done, printed } = launch(task);
    await printed('ready');
    child.kill(signal);
    assert.deepEqual(await done, { code: 9, signal: null, stdout: 'ready\ncaught\n', stderr: '' });
  });

  test(`ends with ${128 + number} when ${signal} ends the executable`, posix, async (t) => {
    const task = packagedTask(temporaryFolder(t), 'echo ready; exec sleep 30');
    const { child, done, printed } = launch(task);
    await printed('ready');
    child.kill(signal);
    assert.deepEqual(await done, { code: 128 + number, signal: null, stdout: 'ready\n', stderr: '' });
  });
}

test('says so when the executable crashes', posix, async (t) => {
  const end = await launch(packagedTask(temporaryFolder(t), 'kill -SEGV $$')).done;
  assert.equal(end.code, 139);
  assert.equal(end.stdout, '##vso[task.logissue type=error]probe was ended by SIGSEGV.\n'
    + '##vso[task.complete result=Failed]probe was ended by SIGSEGV.\n');
});

test('explains a platform without an executable', posix, async (t) => {
  const end = await launch(packagedTask(temporaryFolder(t), 'exit 0', { on: 'win-x64' })).done;
  assert.equal(end.code, 1);
  assert.equal(end.stdout.split('\n')[0], `##vso[task.logissue type=error]probe has no executable for ${platform}, `
    + 'only for win-x64. Run the job on an agent of one of these platforms.');
  assert.match(end.stdout, /\n##vso\[task\.complete result=Failed\]/);
});

test('explains an executable that is missing from the task', posix, async (t) => {
  const task = packagedTask(temporaryFolder(t), 'exit 0');
  fs.rmSync(path.join(task, 'bin', platform, 'probe'));
  const end = await launch(task).done;
  assert.equal(end.code, 1);
  assert.match(end.stdout, /probe is missing from the task\. Remove the task's folder from the agent's _tasks folder/);
});

test('explains an executable that the system cannot start', posix, async (t) => {
  const task = packagedTask(temporaryFolder(t), '');
  const file = path.join(task, 'bin', platform, 'probe');
  fs.writeFileSync(file, '#!/no/such/loader\n');
  const end = await launch(task).done;
  assert.equal(end.code, 1);
  assert.equal(end.stdout.split('\n')[0], `##vso[task.logissue type=error]probe: could not start ${file}: `
    + `spawn ${file} ENOENT. Its dynamic loader or a library is missing on this system.`);
});

test('never lets the development folder exchange the program of a packaged task', posix, async (t) => {
  const folder = temporaryFolder(t);
  const other = path.join(folder, 'other');
  fs.mkdirSync(other);
  fs.writeFileSync(path.join(other, 'probe'), '#!/bin/sh\necho other\n', { mode: 0o755 });
  const task = packagedTask(folder, 'echo own');
  const environment = { MLOPS_TASK_BIN_DIR: other };
  assert.equal((await launch(task, { environment }).done).stdout, 'own\n');
  fs.rmSync(path.join(task, 'bin'), { recursive: true });
  assert.equal((await launch(task, { environment }).done).stdout, 'other\n');
});
