import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import { repository } from './support.mjs';

const load = (name) => createRequire(import.meta.url)(path.join(repository, 'tasks', 'common', name));
const launcher = load('launch.js');
const { developmentPath } = load('prepare.js');
const messages = load('messages.js');

test('names the folder and the suffix of each platform', () => {
  assert.deepEqual(launcher.platformOf('linux', 'x64'), { folder: 'linux-x64', suffix: '' });
  assert.deepEqual(launcher.platformOf('linux', 'arm64'), { folder: 'linux-arm64', suffix: '' });
  assert.deepEqual(launcher.platformOf('win32', 'x64'), { folder: 'win-x64', suffix: '.exe' });
  assert.deepEqual(launcher.platformOf('darwin', 'arm64'), { folder: 'osx-arm64', suffix: '' });
  assert.deepEqual(launcher.platformOf('freebsd', 'x64'), { folder: 'freebsd-x64', suffix: '' });
});

test('listens to MLOPS_TASK_BIN_DIR only where the task has no bin folder', () => {
  const asked = { executable: 'aml-submit', environment: { MLOPS_TASK_BIN_DIR: '/build/bin' }, platform: launcher.platformOf('linux', 'x64') };
  assert.equal(developmentPath({ ...asked, hasBin: true }), undefined);
  assert.equal(developmentPath({ ...asked, hasBin: false, environment: {} }), undefined);
  assert.equal(developmentPath({ ...asked, hasBin: false }), path.join('/build/bin', 'aml-submit'));
});

test('explains why there is no executable', () => {
  const asked = { executable: 'aml-submit', file: '/t/bin/x', folder: 'osx-arm64' };
  assert.equal(messages.missingExecutable({ ...asked, shipped: ['win-x64', 'linux-x64'] }),
    'aml-submit has no executable for osx-arm64, only for linux-x64, win-x64. '
    + 'Run the job on an agent of one of these platforms.');
  assert.equal(messages.missingExecutable({ ...asked, shipped: [] }),
    'aml-submit: the file /t/bin/x is missing. Install the extension again; in the source tree, build first.');
  assert.equal(messages.missingExecutable({ ...asked, shipped: ['osx-arm64'] }),
    "aml-submit: the file /t/bin/x is missing from the task. Remove the task's folder from the agent's _tasks folder, "
    + 'so that the agent unpacks it again.');
});

test('hands on the exit code, and a signal as 128 + n', () => {
  const numbers = () => ({ SIGINT: 2, SIGTERM: 15 });
  assert.equal(launcher.exitCode(0, null, numbers), 0);
  assert.equal(launcher.exitCode(42, null, numbers), 42);
  assert.equal(launcher.exitCode(3221225477, null, numbers), 3221225477);
  assert.equal(launcher.exitCode(null, 'SIGTERM', numbers), 143);
  assert.equal(launcher.exitCode(null, 'SIGINT', numbers), 130);
  assert.equal(launcher.exitCode(null, null, numbers), 1);
});

test('does not send signals on where the console already delivers them', () => {
  assert.deepEqual(launcher.signalPlan('win32'), { signals: ['SIGINT', 'SIGBREAK'], forward: false });
  assert.equal(launcher.signalPlan('linux').forward, true);
});

test('escapes messages as the agent undoes it', () => {
  assert.equal(messages.escapeData('100%; [a]\r\n##vso[x]'), '100%AZP25%3B [a%5D%0D%0A##vso[x%5D');
  assert.equal(messages.failure('a\nb'),
    '##vso[task.logissue type=error]a%0Ab\n##vso[task.complete result=Failed]a%0Ab\n');
});
