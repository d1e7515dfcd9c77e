import assert from 'node:assert/strict';
import test from 'node:test';
import { filePage, identity, manifestLinks, marketplacePage } from '../../scripts/lib/publisher.mjs';

const manifest = { publisher: 'mlops', id: 'mlops-azure-ml' };

test('a build can have another publisher and repository than the manifest', () => {
  assert.deepEqual(identity(manifest, '1.2.3'), { publisher: 'mlops', extension: 'mlops-azure-ml', version: '1.2.3' });
  const fork = identity(manifest, '1.2.3', { publisher: 'contoso', repository: 'https://github.com/contoso/mlops' });
  assert.equal(fork.publisher, 'contoso');
  assert.equal(fork.repository, 'https://github.com/contoso/mlops');
  const source = { ...manifest, repository: { type: 'git', uri: 'https://example.com/ml' } };
  assert.equal(identity(source, '1.2.3').repository, 'https://example.com/ml');
});

test('names and addresses that the Marketplace would refuse are refused', () => {
  for (const publisher of ['con toso', '-contoso', 'a.b']) assert.throws(() => identity(manifest, '1.0.0', { publisher }), /publisher's id/);
  for (const repository of ['github.com/a/b', 'http://github.com/a/b', 'https://github.com/a/b/', 'https://github.com']) {
    assert.throws(() => identity(manifest, '1.0.0', { repository }), /repository's address/);
  }
});

test('the address of a file is the one of its host', () => {
  const known = { publisher: 'p', extension: 'e', version: '1.2.3' };
  assert.equal(filePage(known, 'docs/a.md'), undefined);
  assert.equal(filePage({ ...known, repository: 'https://github.com/o/r' }, 'docs/a.md'), 'https://github.com/o/r/blob/v1.2.3/docs/a.md');
  assert.equal(filePage({ ...known, repository: 'https://dev.azure.com/o/p/_git/r' }, 'docs/a.md'),
    'https://dev.azure.com/o/p/_git/r?path=/docs/a.md&version=GTv1.2.3');
});

test('every link is an address', () => {
  for (const repository of [undefined, 'https://github.com/o/r', 'https://dev.azure.com/o/p/_git/r']) {
    const { links } = manifestLinks(identity(manifest, '1.2.3', { repository }));
    for (const { uri } of Object.values(links)) assert.equal(new URL(uri).href, uri);
  }
});

test('a page for the Marketplace has whole addresses, or text where there are none', () => {
  const page = '[docs](docs/a.md#part) ![picture](docs/images/a.png) [out](https://example.com) [here](#top)';
  const kept = '![picture](docs/images/a.png) [out](https://example.com) [here](#top)';
  assert.equal(marketplacePage(page, identity(manifest, '1.2.3')), `docs ${kept}`);
  assert.equal(marketplacePage(page, identity(manifest, '1.2.3', { repository: 'https://github.com/o/r' })),
    `[docs](https://github.com/o/r/blob/v1.2.3/docs/a.md#part) ${kept}`);
});
