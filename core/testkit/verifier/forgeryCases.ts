import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { StoredEvidence, Verified } from '@kitwright/core/plugin';
import { flipped, garbage, spread } from '../suite/hostile.ts';
import { within } from '../suite/within.ts';
import { type ProofBench, type ProofCase, proofCase, provenBy, signedFor, subject, withBytes } from './ProofBench.ts';

/** Everything in evidence may be forged. */
export const forgeryCases: readonly ProofCase[] = [
  proofCase('forged: with any bit flipped it proves nothing, or the same', async (bench) => {
    for (const [evidence, right] of await signedAndProven(bench))
      for (const [blob, { bytes }] of evidence.blobs.entries())
        for (const at of spread(bytes.byteLength, 80))
          await provesNothingElse(bench, withBytes(evidence, blob, flipped(bytes, at)), right, `bit of byte ${at}`);
  }),
  proofCase('forged: cut, or with more behind it, it proves nothing, or the same', async (bench) => {
    for (const [evidence, right] of await signedAndProven(bench))
      for (const [blob, { bytes }] of evidence.blobs.entries()) {
        for (const size of spread(bytes.byteLength, 20))
          await provesNothingElse(bench, withBytes(evidence, blob, bytes.subarray(0, size)), right, `${size} bytes`);
        const twice = Buffer.concat([bytes, bytes]);
        await provesNothingElse(bench, withBytes(evidence, blob, twice), right, 'itself behind it');
      }
  }),
  proofCase('forged: what is no signature proves nothing', async (bench) => {
    for (const [evidence] of await signedAndProven(bench))
      for (const [what, bytes] of Object.entries(garbage)) {
        const blobs = evidence.blobs.map((blob) => ({ ...blob, bytes }));
        assert.deepEqual(await provenBy(bench, { ...evidence, blobs }, what), [], `${what} proves something`);
      }
  }),
  proofCase('forged: evidence without blobs proves nothing', async (bench) => {
    for (const [evidence] of await signedAndProven(bench))
      assert.deepEqual(await provenBy(bench, { ...evidence, blobs: [] }, 'no blobs'), []);
  }),
  proofCase('forged: what is not signed is not believed', async (bench) => {
    const forged = { stage: 'forged', extra: 'forged' };
    for (const [evidence] of await signedAndProven(bench)) {
      const blobs = evidence.blobs.map((blob) => ({ ...blob, annotations: { ...blob.annotations, ...forged } }));
      const annotations = { ...evidence.annotations, ...forged };
      for (const { annotations: signed } of await provenBy(bench, { ...evidence, blobs, annotations }, 'annotations'))
        assert.deepEqual([signed['stage'], signed['extra']], ['release', undefined]);
    }
  }),
  proofCase('forged: blobs of other types prove nothing, or the same', async (bench) => {
    for (const [evidence, right] of await signedAndProven(bench)) {
      const blobs = evidence.blobs.map((blob) => ({ ...blob, mediaType: 'application/octet-stream' }));
      await provesNothingElse(bench, { ...evidence, blobs }, right, 'another media type');
    }
  }),
  proofCase('forged: thousands of signatures that are none take no long time', async (bench) => {
    for (const [evidence, right] of await signedAndProven(bench)) {
      const [first] = evidence.blobs;
      assert.ok(first, 'nothing was signed');
      const others = Array.from({ length: 2000 }, (_, at) => ({
        ...first,
        bytes: flipped(first.bytes, at % first.bytes.byteLength),
      }));
      const flood = { ...evidence, blobs: [...others, first] };
      const proven = await within(5000, () => provenBy(bench, flood, 'a flood of signatures'));
      for (const each of proven)
        assert.ok(
          right.some((one) => isDeepStrictEqual(one, each)),
          'a forged one is proven',
        );
    }
  }),
];

async function signedAndProven(
  bench: ProofBench,
): Promise<readonly (readonly [StoredEvidence, readonly Verified[]])[]> {
  const signed = await signedFor(bench);
  return Promise.all(signed.map(async (each) => [each, await bench.opened.verify(each, subject)] as const));
}

async function provesNothingElse(
  bench: ProofBench,
  evidence: StoredEvidence,
  right: readonly Verified[],
  what: string,
): Promise<void> {
  for (const proven of await provenBy(bench, evidence, what))
    assert.ok(
      right.some((each) => isDeepStrictEqual(each, proven)),
      `${what}: it proves what nobody signed`,
    );
}
