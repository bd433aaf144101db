import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kitfile, rebuilt, runWatch, type Step } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };
/** In ms; the watch makes only a few looks between two steps. */
const options = { quiet: 3_000, ahead: 7_200_000 };

/** A step that changes a file at the time of the watch's clock. */
const change =
  (name: string, content: string) =>
  ({ write, directory, now }: Step) => {
    write({ [name]: content });
    utimesSync(join(directory, name), now() / 1000, now() / 1000);
  };

test('a layer that only waits for its quiet time is built ahead, and the kit reports the cost', async () => {
  const { kits, log } = await runWatch(first, [change('m/b', 'new')], options);
  assert.deepEqual(rebuilt(kits), [['model', 'code.0'], ['model']]);
  assert.ok((kits[1]?.bytesHashed ?? 0) > 0);
  assert.deepEqual(kits[1]?.kit.layers[0]?.cost.changed, ['m/b']);
  assert.match(log.join(), /kit,look.*,built model,look(?:,look)*,kit/, 'a look lies between the build and the kit');
  assert.equal(log.filter((line) => line === 'built model').length, 2, 'and nothing is built twice');
});

test('a file that changes after it was built ahead is packed in its new version', async () => {
  const { kits } = await runWatch(first, [change('m/b', 'early'), change('m/b', 'the last one')], options);
  const sizes = kits.map(({ kit }) => kit.layers[0]?.descriptor.size);
  assert.equal(kits.at(-1)?.kit.layers[0]?.cost.reused, false);
  assert.equal(new Set(kits.map(({ kit }) => kit.root.digest)).size, kits.length, sizes.join());
});

test('a writer that pauses again and again is read ahead once between two kits', async () => {
  const steps = [1, 2, 3, 4, 5].map((size) => change('m/b', 'x'.repeat(size)));
  const { kits, log } = await runWatch(first, steps, options);
  const built = log.filter((line) => line === 'built model').length;
  assert.ok(built <= 2 * kits.length, log.join());
});
