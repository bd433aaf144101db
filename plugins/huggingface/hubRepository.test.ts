import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubRepository } from './hubRepository.ts';

const hub = new URL('https://hub.example.com:8443');
const of = (location: string) => hubRepository(location, hub);

test('models and datasets are named by owner and name, or by their page', () => {
  const model = { type: 'model', name: 'org/repo' };
  for (const location of [
    'org/repo',
    'https://huggingface.co/org/repo',
    'huggingface.co/org/repo/',
    'http://huggingface.co/org/repo',
    'https://hub.example.com:8443/org/repo',
    'https://huggingface.co/org/repo/tree/main',
  ])
    assert.deepEqual(of(location), model, location);
  const dataset = { type: 'dataset', name: 'org/repo' };
  for (const location of [
    'datasets/org/repo',
    'huggingface.co/datasets/org/repo',
    'https://huggingface.co/datasets/org/repo/',
  ])
    assert.deepEqual(of(location), dataset, location);
});

test('nothing else is a repository of the hub', () => {
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
  ])
    assert.equal(of(location), undefined, location);
});
