import assert from 'node:assert/strict';
import test from 'node:test';
import { connectionOf, modelOf } from '../../scripts/lib/quickstart/azure.mjs';
import { parseConnection } from '../../scripts/lib/quickstart/connection.mjs';
import { number, readOutcome, reasons, row, table } from '../../scripts/lib/quickstart/outcome.mjs';

test('reads a connection whatever the case of its keys', () => {
  assert.deepEqual(connectionOf({
    MLOPS_EMULATOR_CONNECTION: 'a-b', 'ENDPOINT_URL_a-b': 'http://h:1', 'ENDPOINT_DATA_a-b_environmentAuthorityUrl': 'http://h:1/login',
    'ENDPOINT_DATA_a-b_SUBSCRIPTIONID': 's', 'ENDPOINT_AUTH_PARAMETER_a-b_TENANTID': 't',
    'ENDPOINT_AUTH_PARAMETER_a-b_SERVICEPRINCIPALID': 'c', 'ENDPOINT_AUTH_PARAMETER_a-b_SERVICEPRINCIPALKEY': 'k',
  }), { url: 'http://h:1/', authority: 'http://h:1/login/', tenant: 't', client: 'c', secret: 'k', subscription: 's' });
});

test('finds name and version in every form of a model id', () => {
  const expected = { name: 'breast-cancer', version: '3' };
  assert.deepEqual(modelOf('/subscriptions/s/x/workspaces/w/models/breast-cancer/versions/3'), expected);
  assert.deepEqual(modelOf('azureml://locations/l/workspaces/w/models/breast-cancer/versions/3'), expected);
  assert.deepEqual(modelOf('azureml:/models:breast-cancer:3'), expected);
  assert.equal(modelOf(undefined), undefined);
  assert.equal(modelOf('breast-cancer'), undefined);
});

test('aligns columns and shortens numbers', () => {
  assert.equal(table([['a', 'bb'], ['ccc', '']]), 'a    bb\n---  --\nccc');
  assert.deepEqual([0.98765, 1, undefined].map(number), ['0.9877', '1', '-']);
});

test('reads the shell words of a connection file', () => {
  assert.deepEqual(parseConnection(`# a comment\n\nexport A="x \\"y\\"" \nB-c='it'\\''s'\r\nnot a line\nD=\n`),
    { A: 'x "y"', 'B-c': "it's", D: '' });
});

const step = (name, result, more = {}) => ({ name, displayName: name, result, log: `logs/${name}.log`, issues: [], summaries: [], ...more });
const stage = (name, result, steps, more = {}) =>
  ({ name, result, reason: '', outputs: {}, jobs: [{ seconds: 1.5, steps }], ...more });

test('takes an environment together from the stages that bear its name', () => {
  const run = { stages: [
    stage('Train_DEV', 'Succeeded', [step('train', 'Succeeded', { summaries: ['summaries/a.md'] })],
      { outputs: { train: { 'train.jobName': { value: 'j-1' } } } }),
    stage('Deploy_DEV', 'Succeeded', [step('deploy', 'Succeeded')],
      { outputs: { deploy: { 'deploy.deploy.endpointName': { value: 'e' }, 'deploy.register.modelVersion': { value: '3' } } } }),
    stage('Deploy_PRD', 'Failed', [], { reason: 'the environment PRD: rejected (--reject)' }),
  ] };
  const configuration = { variables: { MODEL_NAME: 'm', ENDPOINT_NAME: 'configured' } };
  const dev = readOutcome('DEV', run, '/run', configuration);
  assert.deepEqual(row(dev), ['DEV', 'deployed', 'j-1', '-', '-', '-', '-', 'm 3', '-', '3.0 s']);
  assert.deepEqual(dev.summaries, ['/run/summaries/a.md']);
  assert.equal(dev.get('deploy.endpointName'), 'e');
  assert.equal(dev.get('ENDPOINT_NAME'), 'configured');

  const prd = readOutcome('PRD', run, '/run', configuration);
  assert.equal(row(prd)[1], 'rejected');
  assert.deepEqual(reasons(prd), ['the environment PRD: rejected (--reject)']);
  assert.equal(row(readOutcome('QA', run, '/run', configuration))[1], 'not started');
});

test('gives the rules as the reason of the gate, the errors as that of any other step', () => {
  const failed = { name: 'gate', displayName: 'Judge', log: 'logs/5.log', result: 'Failed', issues: [{ type: 'error', message: 'no such job' }] };
  const rules = [{ result: 'warn', message: 'w' }, { result: 'fail', message: 'too low' },
    { result: 'fail', metric: 'f1', value: 0.5, condition: 'min 0.9' }];
  assert.deepEqual(reasons({ failed, gate: { rules } }), ['too low', 'f1 0.5 does not meet min 0.9']);
  assert.deepEqual(reasons({ failed, gate: undefined }), ['no such job']);
  assert.deepEqual(reasons({ failed: { ...failed, name: 'train', issues: [] }, gate: { rules } }),
    ['Judge: see logs/5.log']);
});
