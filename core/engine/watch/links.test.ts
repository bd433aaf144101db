import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kitfile, rebuilt, runWatch, type Step } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };

for (const [what, target] of [
  ['to itself', 'link'],
  ['to nothing', 'nowhere'],
  ['to the outside', '/etc'],
  ['over a name that is too long', 'n'.repeat(300)],
] as const)
  test(`a link ${what} that appears is skipped, and no change of any layer is lost`, async () => {
    const { kits, failures } = await runWatch(first, [
      ({ directory }) => symlinkSync(target, join(directory, 'm/link')),
      ({ write }: Step) => write({ 'm/a': '22', 'c/a.py': '22' }),
    ]);
    assert.deepEqual(failures, []);
    assert.deepEqual(rebuilt(kits), [
      ['model', 'code.0'],
      ['model', 'code.0'],
    ]);
  });

test('a link in a circle does not keep a checkpoint from being complete', async () => {
  const { kits, failures } = await runWatch(first, [
    ({ directory, write }) => {
      write({ 'm/step-1/x': '1', 'm/step-1/DONE': '' });
      symlinkSync('last.ckpt', join(directory, 'm/step-1/last.ckpt'));
    },
  ]);
  assert.deepEqual(failures, []);
  assert.deepEqual(rebuilt(kits), [['model', 'code.0'], ['model']]);
});
