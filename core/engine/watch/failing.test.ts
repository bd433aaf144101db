import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { kitfile, runWatch } from './testing/runWatch.ts';

test('a full disk is reported once, and tried again after longer and longer pauses; then the kit is made', async () => {
  let tries = 0;
  const measured = () => {
    if (tries++ > 0 && tries < 9) throw new KitwrightError('disk-full', `There is no room for file ${tries}.`);
    return undefined;
  };
  let recoveries = 0;
  const onRecovery = () => {
    recoveries++;
  };
  const { failures, looks, texts } = await runWatch(
    { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' },
    [({ write }) => write({ 'm/b': '2' }), () => undefined, () => undefined, () => undefined],
    { measured, onRecovery },
  );
  assert.deepEqual([failures, recoveries], [['disk-full'], 1]);
  assert.equal(texts.at(-1)?.['m/b'], '2');
  const pauses = looks.map(({ at, next }) => Math.round((next - at) / 1_000));
  assert.ok(pauses.includes(1) && pauses.includes(16) && pauses.includes(60), pauses.join());
});

test('a watch whose last look failed is an error, whatever kits it made before', async () => {
  let isBroken = false;
  const measured = () => {
    if (isBroken) throw new KitwrightError('plugin-failed', 'The plugin gate failed.');
    return undefined;
  };
  const broken = runWatch(
    { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' },
    [
      ({ write }) => {
        isBroken = true;
        write({ 'm/b': '2' });
      },
    ],
    { measured },
  );
  await assert.rejects(broken, {
    code: 'kit-not-made',
    message: 'The last changes are in no kit: The plugin gate failed.',
  });
});
