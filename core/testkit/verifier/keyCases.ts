import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { assertSentence, noise } from '../suite/hostile.ts';
import { assertCode, rejectionOf } from '../suite/rejection.ts';
import { within } from '../suite/within.ts';
import { type ProofBench, type ProofCase, proofCase } from './ProofBench.ts';

/** Keys that cannot be used. */
export const keyCases: readonly ProofCase[] = [
  proofCase('open: without a key it is usage', async (bench) => {
    requireKey(bench);
    await assertCode(() => bench.open({ ...bench.options, key: undefined }), 'usage', 'no key');
  }),
  proofCase('open: a file that holds no key is key-invalid', async (bench) => {
    requireKey(bench);
    for (const [name, bytes] of Object.entries(noKeys)) {
      const key = join(bench.context.folder, `${name}.pem`);
      writeFileSync(key, bytes);
      await within(5000, () => assertCode(() => bench.open({ ...bench.options, key }), 'key-invalid', name));
    }
  }),
  proofCase('open: a file that is not there, a folder, or a file of many MiB is refused', async (bench) => {
    requireKey(bench);
    const folder = join(bench.context.folder, 'folder');
    mkdirSync(folder);
    const large = join(folder, 'large.pem');
    writeFileSync(large, Buffer.alloc(8 * 1024 * 1024, 'A'));
    for (const key of [join(folder, 'missing.pem'), folder, large]) {
      const opened = () => rejectionOf(() => bench.open({ ...bench.options, key }), key);
      const error = await within(5000, opened);
      assertSentence(error, key);
      assert.ok('code' in error || errnoOf(error) !== undefined, `an error without a code: ${error.message}`);
    }
  }),
];

const armour = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

const noKeys: Readonly<Record<string, string | Buffer>> = {
  empty: '',
  text: 'no key',
  noise: noise(1000),
  'public key without one': armour('PUBLIC KEY', 'AAAA'),
  'private key without one': armour('PRIVATE KEY', 'AAAA'),
};

function requireKey({ options }: ProofBench): void {
  if (options.key === undefined) throw new NotRun('it works without a key');
}
