import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kitfile, runWatch } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };

test('a watch that starts again with the same files makes no kit, and does not fail for it', async () => {
  const before = await runWatch(first, []);
  const again = await runWatch(first, [], { root: before.root });
  assert.equal(again.kits.length, 0);
  assert.deepEqual(again.unchanged, [before.kits[0]?.kit.root.digest]);
});

test('what changed between two watches, or after the start, makes a kit', async () => {
  const before = await runWatch(first, []);
  const changed = await runWatch({ ...first, 'm/a': '22' }, [({ write }) => write({ 'm/b': 'new' })], {
    root: before.root,
  });
  assert.deepEqual([changed.kits.length, changed.unchanged], [2, []]);
  const later = await runWatch({ ...first, 'm/a': '22', 'm/b': 'new' }, [({ write }) => write({ 'm/a': '333' })], {
    root: before.root,
  });
  assert.deepEqual([later.kits.length, later.unchanged.length], [1, 1]);
});
