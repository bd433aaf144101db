import assert from 'node:assert/strict';
import { isTag, KitwrightError, type SignRequest } from '@kitwright/core/plugin';
import { requireMeans } from '../suite/Bench.ts';
import { benchCase, type Case } from '../suite/Case.ts';
import { assertCode, isFrom, rejectionOf } from '../suite/rejection.ts';
import { within } from '../suite/within.ts';
import { fullOptions } from '../verifier/MadeVerifier.ts';
import { kitNamed, type ProofBench, request, signedFor, storedOf, subject } from '../verifier/ProofBench.ts';
import type { MadeSigner } from './MadeSigner.ts';

/** An open signer, and its own verifier. */
export interface SignBench extends ProofBench {
  readonly made: MadeSigner;
  /** How often a password was asked for. */
  readonly asked: () => number;
}

/** What a signer makes. */
export const signCases: readonly Case<SignBench>[] = [
  signCase('sign: gives evidence of a type, in blobs of a few MiB', async (bench) => {
    const signed = await bench.sign(request);
    assert.ok(signed.length > 0, 'it gives nothing');
    for (const { artifactType, blobs, tag } of signed) {
      assert.match(artifactType, mediaType, 'the artifact type is no media type');
      if (tag !== undefined) assert.ok(isTag(tag), `${tag} is no tag`);
      assert.ok(blobs.length > 0, 'it has no blobs');
      for (const { mediaType: type, bytes } of blobs) {
        assert.match(type, mediaType, 'the type of a blob is no media type');
        assert.ok(bytes instanceof Uint8Array && bytes.byteLength > 0 && bytes.byteLength <= 4 * 1024 * 1024);
      }
    }
  }),
  signCase('sign: many kits at once get each their own', async (bench) => {
    const kits = ['a', 'b', 'c', 'd', 'e'].map(kitNamed);
    const signed = await Promise.all(kits.map((kit) => bench.sign({ ...request, subject: kit })));
    for (const [at, all] of signed.entries())
      for (const evidence of all.map(storedOf)) {
        assert.ok((await bench.opened.verify(evidence, kits[at] as typeof subject)).length > 0);
        await rejectionOf(() => bench.opened.verify(evidence, kitNamed('none')), 'the signature of another kit');
      }
  }),
  signCase('sign: what was signed before stays right', async (bench) => {
    const before = await signedFor(bench);
    await bench.sign({ ...request, annotations: {} });
    for (const evidence of before)
      for (const { annotations } of await bench.opened.verify(evidence, subject))
        assert.deepEqual({ ...annotations }, request.annotations);
  }),
  signCase('sign: a repository is part of what is signed, or of no meaning', async (bench) => {
    const others: readonly SignRequest[] = ['', 'localhost:5000/a/b', 'x'.repeat(255)].map((repository) => ({
      ...request,
      repository,
    }));
    for (const other of others)
      for (const evidence of await signedFor(bench, other))
        assert.ok((await bench.opened.verify(evidence, subject)).length > 0, 'its name makes a signature invalid');
  }),
  signCase('open: asks for the password once, and not for each kit', async (bench) => {
    await bench.sign(request);
    await bench.sign(request);
    assert.ok(bench.asked() <= 1, `it asked ${bench.asked()} times`);
  }),
  signCase('open: a wrong password is key-invalid', async (bench) => {
    const options = fullOptions(requireMeans(bench.made.wrongPassword, 'wrongPassword'));
    await assertCode(() => bench.open(options), 'key-invalid', 'a wrong password');
  }),
  signCase('abort: ends soon after the signal, and says so if it fails', async (bench) => {
    await bench.sign(request);
    const reason = new Error('stopped by the user');
    bench.context.abort(reason);
    const error = await within(1500, () =>
      bench.sign(request).then(
        () => undefined,
        (failure: unknown) => failure,
      ),
    );
    if (error === undefined) return;
    assert.ok(isFrom(error, reason) || (error instanceof KitwrightError && error.code === 'cancelled'), String(error));
  }),
];

/** RFC 6838, 4.2. */
const mediaType = /^[A-Za-z0-9][\w!#$&^.+-]{0,126}\/[A-Za-z0-9][\w!#$&^.+-]{0,126}$/;

function signCase(name: string, run: (bench: SignBench) => Promise<void>): Case<SignBench> {
  return benchCase(name, run);
}
