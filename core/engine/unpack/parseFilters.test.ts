import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilters } from './parseFilters.ts';

test('a name is compared as a whole, with the name and with the path', () => {
  const { selects } = parseFilters(['datasets:train,./val.csv']);
  assert.equal(selects('dataset', 'train', 'x'), true);
  assert.equal(selects('dataset', undefined, './val.csv'), true);
  assert.equal(selects('dataset', 'train2', 'val.csv'), false);
  assert.equal(selects('model', 'train', 'x'), false);
});

test('a glob says that it is one', () => {
  const { selects } = parseFilters(['docs,model:glob:*.gguf,glob:w/**']);
  assert.equal(selects('model', undefined, 'net.gguf'), true);
  assert.equal(selects('modelpart', undefined, 'w/a/b.bin'), true);
  assert.equal(selects('docs', undefined, 'a/net.gguf'), false);
  assert.equal(parseFilters(['docs:*.md']).selects('docs', undefined, 'a.md'), false);
});

test('a path with a colon is found by its name, with a glob', () => {
  const { selects } = parseFilters(['docs:glob:notes: *.md']);
  assert.equal(selects('docs', undefined, './notes: draft.md'), true);
  assert.equal(selects('docs', undefined, './notes.md'), false);
  assert.equal(parseFilters(['docs:a.md']).selects('docs', undefined, './a.md'), false);
});

test('what is no filter is refused', () => {
  for (const filter of ['models', 'model:a:b', 'model:glob:[a', ''])
    assert.throws(() => parseFilters([filter]), { code: 'filter-invalid' }, filter);
});
