import assert from 'node:assert/strict';
import test from 'node:test';
import { parseCommand, unescapeValue } from '../../scripts/lib/agent/commands.mjs';
import { connectionSecrets, parseConnection, shellValue } from '../../scripts/lib/agent/connection.mjs';
import { resolveInputs, stableGuid, taskEnvironment } from '../../scripts/lib/agent/environment.mjs';
import { parseOptions } from '../../scripts/lib/agent/options.mjs';
import { maskSecrets } from '../../scripts/lib/agent/output.mjs';
import { isSettable, worse } from '../../scripts/lib/agent/step.mjs';
import { environmentName, Variables } from '../../scripts/lib/agent/variables.mjs';

test('parses a logging command anywhere in a line', () => {
  assert.deepEqual(parseCommand('log: ##vso[Task.SetVariable Variable=a b;isOutput=true;]v=1;%5D%0A'), {
    name: 'task.setvariable', properties: { variable: 'a b', isoutput: 'true' }, data: 'v=1;]\n',
  });
  assert.deepEqual(parseCommand('##vso[task.debug]x'), { name: 'task.debug', properties: {}, data: 'x' });
  assert.equal(parseCommand('plain ['), undefined);
  assert.equal(parseCommand('##vso[task]x'), undefined);
  assert.equal(parseCommand('##vso[task.debug x'), undefined);
});

test('undoes escapes in the order that keeps an escaped escape', () => {
  assert.equal(unescapeValue('100%AZP25 %3B%0D%0A%5D'), '100% ;\r\n]');
  assert.equal(unescapeValue('%AZP250A'), '%0A');
});

test('reads connection files whose keys no shell would take', () => {
  const text = "# comment\n\nENDPOINT_URL_1-2=http://h:1/\nexport ENDPOINT_AUTH_1-2='{\"scheme\":\"a'\\''b\"}'\nE=\"a\\\"$ \\\\\"\nN=\n";
  assert.deepEqual(parseConnection(text), {
    'ENDPOINT_URL_1-2': 'http://h:1/', 'ENDPOINT_AUTH_1-2': '{"scheme":"a\'b"}', E: 'a"$ \\', N: '',
  });
  assert.throws(() => parseConnection('A=1\nnonsense', 'c.env'), { message: 'c.env:2: expected KEY=value' });
  assert.equal(shellValue("a' 'b"), 'a b');
});

test('hides the keys of a connection', () => {
  assert.deepEqual(connectionSecrets({
    'ENDPOINT_AUTH_PARAMETER_1-2_SERVICEPRINCIPALKEY': 'k', 'ENDPOINT_AUTH_PARAMETER_1-2_TENANTID': 't', PATH: 'p',
  }), ['k']);
});

test('names variables in the environment as the agent does', () => {
  assert.equal(environmentName('Build.Source Version-x'), 'BUILD_SOURCE_VERSION-X');
});

test('finds variables in any case and keeps read-only ones', () => {
  const variables = new Variables();
  variables.provide('Build.BuildId', 7);
  assert.equal(variables.set('build.buildid', '8'), false);
  assert.equal(variables.get('BUILD.BUILDID'), '7');
  variables.set('Key', 'k', { secret: true });
  variables.set('KEY', 'k2');
  assert.deepEqual(variables.secretValues(), ['k2'], 'a secret stays one');
  assert.deepEqual(new Variables(JSON.parse(JSON.stringify(variables))).all(), variables.all());
});

test('expands macros once and leaves unknown names alone', () => {
  const variables = new Variables();
  variables.set('a', '$(b)');
  variables.set('b', '1');
  assert.equal(variables.expand('$(A)-$(b)-$(none)-$[b]'), '$(b)-1-$(none)-$[b]');
});

test('takes defaults and aliases of inputs from task.json', () => {
  const variables = new Variables();
  variables.set('Agent.TempDirectory', '/tmp/x');
  const manifest = { inputs: [
    { name: 'azureSubscription', aliases: ['connectedServiceName'] },
    { name: 'folder', defaultValue: '$(Agent.TempDirectory)/gate' },
    { name: 'wait', defaultValue: true },
  ] };
  assert.deepEqual(resolveInputs(manifest, { ConnectedServiceName: ' id ', typo: '1' }, variables), {
    inputs: { azureSubscription: 'id', folder: '/tmp/x/gate', wait: 'true', typo: '1' }, unexpected: ['typo'],
  });
  assert.deepEqual(resolveInputs({}, { any: '1' }, variables), { inputs: { any: '1' }, unexpected: [] });
});

test('gives a task nothing of the environment but what the agent gives', () => {
  const variables = new Variables();
  variables.provide('Build.BuildId', 7);
  variables.set('train.jobName', 'j');
  variables.set('key', 'hidden', { secret: true });
  assert.deepEqual(taskEnvironment({
    own: { PATH: '/bin', HOME: '/h', AZURE_CLIENT_SECRET: 'no' }, inputs: { jobFile: 'a\nb' }, variables,
    connection: { 'ENDPOINT_URL_1-2': 'u' }, binaries: '/b',
  }), {
    PATH: '/bin', HOME: '/h', BUILD_BUILDID: '7', TRAIN_JOBNAME: 'j', SECRET_KEY: 'hidden', INPUT_JOBFILE: 'a\nb',
    VSTS_PUBLIC_VARIABLES: '["Build.BuildId","train.jobName"]', VSTS_SECRET_VARIABLES: '["key"]',
    MLOPS_TASK_BIN_DIR: '/b', 'ENDPOINT_URL_1-2': 'u',
  });
});

test('makes GUIDs of the right form', () => {
  assert.match(stableGuid('a'), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(stableGuid('a'), stableGuid('a'));
});

test('masks secrets, each line of a long one, and longer ones first', () => {
  assert.equal(maskSecrets('abc ab x y', new Set(['ab', 'abc', 'x\ny', '', ' '])), '*** *** *** ***');
});

test('keeps the worse of two results', () => {
  assert.equal(worse('Succeeded', 'SucceededWithIssues'), 'SucceededWithIssues');
  assert.equal(worse('Failed', 'Succeeded'), 'Failed');
});

test('matches settable variables by pattern', () => {
  assert.ok(isSettable('METRIC_f1', ['jobName', 'metric_*']));
  assert.ok(!isSettable('jobNames', ['jobName', 'metric_*']));
  assert.ok(!isSettable('axb', ['a.b']));
  assert.ok(isSettable('any', undefined));
});

test('explains a wrong command line', () => {
  assert.throws(() => parseOptions(['--task', 't']), { message: 'missing --state, --name' });
  assert.throws(() => parseOptions(['--task', 't', '--state', 's', '--name', 'n', '--input', 'x']),
    { message: '--input takes NAME=VALUE, got "x"' });
  assert.throws(() => parseOptions(['--typo']), /--typo/);
});
