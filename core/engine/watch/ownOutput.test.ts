import assert from 'node:assert/strict';
import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileId } from '../files/fingerprint.ts';
import { kitfile, runWatch } from './testing/runWatch.ts';

test('what we write ourselves makes no kit, however it is called, and is in the next one', async () => {
  const own = new Set<string>();
  const { texts } = await runWatch(
    { Kitfile: kitfile, 'm/output': 'begin\n', 'c/a.py': '1' },
    [
      ({ directory }) => {
        own.add(fileId(statSync(join(directory, 'm/output'), { bigint: true })));
        appendFileSync(join(directory, 'm/output'), 'kit 1\n');
      },
      ({ write }) => write({ 'm/b': 'new' }),
    ],
    { ownOutput: own },
  );
  assert.deepEqual(
    texts.map((files) => [files['m/output'], files['m/b']]),
    [
      ['begin\n', undefined],
      ['begin\nkit 1\n', 'new'],
    ],
  );
});
