import assert from 'node:assert/strict';
import test from 'node:test';
import { connectionOf, modelOf } from '../../scripts/lib/quickstart/azure.mjs';
import { number, reasons, table } from '../../scripts/lib/quickstart/outcome.mjs';

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

test('gives the rules as the reason of the gate, the errors as that of any other step', () => {
  const failed = { name: 'gate', result: 'Failed', exitCode: 1, issues: [{ type: 'error', message: 'no such job' }] };
  const rules = [{ result: 'warn', message: 'w' }, { result: 'fail', message: 'too low' },
    { result: 'fail', metric: 'f1', value: 0.5, condition: 'min 0.9' }];
  assert.deepEqual(reasons({ failed, gate: { rules } }), ['too low', 'f1 0.5 does not meet min 0.9']);
  assert.deepEqual(reasons({ failed, gate: undefined }), ['no such job']);
  assert.deepEqual(reasons({ failed: { ...failed, name: 'train', issues: [] }, gate: { rules } }),
    ['the task ended with exit code 1']);
});
