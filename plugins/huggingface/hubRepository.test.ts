import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubRepository } from './hubRepository.ts';

const hub = new URL('https://hub.example.com:8443');
const of = (location: string) => hubRepository(location, hub);

test('models and datasets are named by owner and name, or by the URL of their page', () => {
  const model = { type: 'model', name: 'org/repo' };
  for (const location of [
    'org/repo',
    'https://huggingface.co/org/repo',
    'huggingface.co/org/repo/',
    'http://huggingface.co/org/repo',
    'https://hub.example.com:8443/org/repo',
  ])
    assert.deepEqual(of(location), model, location);
  for (const [page, revision] of [
    ['tree/main', 'main'],
    ['blob/v1/README.md', 'v1'],
    ['tree/refs%2Fpr%2F1/data', 'refs/pr/1'],
    [`commit/${'a'.repeat(40)}`, 'a'.repeat(40)],
    ['resolve/%zz/x', '%zz'],
  ] as const)
    assert.deepEqual(of(`https://huggingface.co/org/repo/${page}`), { ...model, revision }, page);
  assert.deepEqual(of('https://huggingface.co/org/repo/discussions/1'), model);
  const dataset = { type: 'dataset', name: 'org/repo' };
  for (const location of [
    'datasets/org/repo',
    'huggingface.co/datasets/org/repo',
    'https://huggingface.co/datasets/org/repo/',
  ])
    assert.deepEqual(of(location), dataset, location);
});

test('other texts are not repositories of the hub', () => {
  for (const location of [
    'org',
    'datasets/org',
    '',
    '..//x',
    '../x',
    'https://huggingface.co.evil.com/org/repo',
    'https://example.com/org/repo',
    'git@huggingface.co:org/repo',
    'file:///a/b',
    's3://a/b',
    'a b/c',
    'https://huggingface.co/spaces/org/app',
    'https://huggingface.co/api/models/org/repo',
    'spaces/org/app',
    'https://huggingface.co/datasets/datasets/org',
  ])
    assert.equal(of(location), undefined, location);
});

test('a mirror below a path of its host has its pages below that path', () => {
  for (const path of ['/artifactory/api/huggingfaceml/remote', '/artifactory/api/huggingfaceml/remote/']) {
    const mirror = new URL(`https://mirror.example.com${path}`);
    const address = 'mirror.example.com/artifactory/api/huggingfaceml/remote';
    const names: Readonly<Record<string, string | undefined>> = {
      [`https://${address}/org/repo`]: 'org/repo',
      [`https://${address}//org/repo/`]: 'org/repo',
      [`${address}/org/repo/tree/main`]: 'org/repo',
      'org/repo': 'org/repo',
      'https://huggingface.co/org/repo': 'org/repo',
      [`https://${address}`]: undefined,
      [`https://${address}/org`]: undefined,
      [`https://${address}er/org/repo`]: undefined,
      'https://mirror.example.com/org/repo': undefined,
      'https://mirror.example.com/artifactory/api': undefined,
    };
    for (const [location, name] of Object.entries(names))
      assert.equal(hubRepository(location, mirror)?.name, name, location);
    assert.deepEqual(hubRepository(`https://${address}/datasets/org/repo`, mirror), {
      type: 'dataset',
      name: 'org/repo',
    });
  }
});
