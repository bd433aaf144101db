import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kitfile, rebuilt, runWatch, type Step } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };
const hour = 3_600_000;

test('a directory that vanishes is reported, and watched again when it is back', async () => {
  const away = ({ directory }: Step) => renameSync(directory, `${directory}.away`);
  const back = ({ directory, write }: Step) => {
    renameSync(`${directory}.away`, directory);
    write({ 'm/a': 'longer' });
  };
  const { kits, failures } = await runWatch(first, [away, back]);
  assert.deepEqual(failures, ['kitfile-not-found']);
  assert.deepEqual(rebuilt(kits), [['model', 'code.0'], ['model']]);
});

test('a directory that is replaced by another one is packed as it is', async () => {
  const replace = ({ directory, write }: Step) => {
    renameSync(directory, `${directory}.old`);
    write({ Kitfile: kitfile, 'm/other': 'x', 'c/other.py': 'y' });
  };
  const { kits } = await runWatch(first, [replace]);
  assert.equal(kits.length, 2);
  assert.deepEqual(
    kits[1]?.kit.layers.map(({ cost }) => cost.changed),
    [['m/other'], ['c/other.py']],
  );
});

test('a clock that jumps, forward or back, neither loses nor delays a kit', async () => {
  const jump = (ms: number, text: string) => (step: Step) => {
    step.sleep(ms);
    step.write({ 'm/a': text });
  };
  const { kits } = await runWatch(first, [jump(24 * hour, '22'), jump(-48 * hour, '333'), jump(24 * hour, '4444')]);
  assert.equal(kits.length, 4);
});

test('a layer that can no longer be packed is reported once; the watch continues when it is repaired', async () => {
  const spoil = ({ directory }: Step) => {
    rmSync(join(directory, 'm'), { recursive: true });
    execFileSync('mkfifo', [join(directory, 'm')]);
  };
  const mend = ({ directory }: Step) => {
    rmSync(join(directory, 'm'));
    mkdirSync(join(directory, 'm'));
    writeFileSync(join(directory, 'm/a'), 'new');
  };
  const { kits, failures } = await runWatch(first, [spoil, mend]);
  assert.deepEqual(failures, ['layer-path-refused']);
  assert.equal(kits.length, 2);
});
