import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { copy, createKitwright, openStore, pack } from '@kitwright/core';
import { layerTypes } from '@kitwright/layer-types';
import { ociLayout } from '@kitwright/oci-layout';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import licenseGate from './index.ts';

/** Packs a Kitfile under a gate. */
async function packUnder(kitfile: string, allow: readonly string[] | undefined) {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'Kitfile'), `manifestVersion: 1.0.0\n${kitfile}`);
  writeFileSync(join(folder.path, 'a'), 'text');
  const store = openStore(join(folder.path, 'home'), {});
  const gates = allow ? [licenseGate({ allow })] : [];
  const kitwright = createKitwright({ plugins: [layerTypes(), ociLayout()], threads: 1 });
  const gated = createKitwright({ plugins: [layerTypes(), ociLayout(), ...gates], threads: 1 });
  try {
    const packed = await pack(allow ? gated : kitwright, { directory: folder.path, store, name: 'm:v1' }).then(
      () => undefined,
      (error: unknown) => error,
    );
    await pack(kitwright, { directory: folder.path, store, name: 'm:v1' });
    const to = `oci:${join(folder.path, 'layout')}:v1`;
    const pushed = await copy(gated, { from: 'm:v1', to, store }).then(
      () => undefined,
      (error: unknown) => error,
    );
    return { packed, pushed };
  } finally {
    await Promise.all([kitwright.close(), gated.close()]);
  }
}

const refused = { code: 'license-not-allowed' };

test('what is allowed is packed and pushed, in any case of letters', async () => {
  const { packed, pushed } = await packUnder('package: {license: mit}\ncode: [{path: a, license: Apache-2.0}]\n', [
    'MIT',
    'apache-2.0',
  ]);
  assert.deepEqual([packed, pushed], [undefined, undefined]);
});

for (const [why, kitfile, message] of [
  ['another licence', 'package: {license: GPL-3.0-only}\n', /GPL-3\.0-only of the package is not allowed/],
  ['a part with another one', 'package: {license: MIT}\ncode: [{path: a, license: BUSL-1.1}]\n', /BUSL-1\.1 of a/],
  ['none', 'package: {name: n}\n', /the package has no licence/],
] as const)
  test(`refused, also when it was packed before: ${why}`, async () => {
    const { packed, pushed } = await packUnder(kitfile, ['MIT']);
    for (const error of [packed, pushed]) {
      assert.throws(() => {
        throw error;
      }, refused);
      assert.match((error as Error).message, message);
    }
  });

test('none may be allowed', async () => {
  assert.equal((await packUnder('package: {name: n}\n', ['MIT', 'none'])).packed, undefined);
});
