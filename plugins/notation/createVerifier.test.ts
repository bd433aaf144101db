import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredEvidence } from '@kitwright/core/plugin';
import { createCertificate, type Issued } from './testing/createCertificate.ts';
import { createChain, signKit, subject, verifierFor } from './testing/sampleSignature.ts';

const refusal = (message: RegExp) => ({ code: 'signature-invalid', message });
const withBlob = (evidence: StoredEvidence, bytes: Uint8Array): StoredEvidence => ({
  ...evidence,
  blobs: evidence.blobs.map((blob) => ({ ...blob, bytes })),
});
const bytesOf = ({ blobs: [blob] }: StoredEvidence) => Buffer.from(blob?.bytes ?? []);

for (const format of ['jws', 'cose']) {
  test(`${format}: what a chain below a trusted root signed is verified`, async () => {
    const chain = createChain();
    const evidence = await signKit(chain, { format }, { stage: 'release' });
    const [verified] = await verifierFor(chain[2]).verify(evidence, subject);
    assert.equal(verified?.format, format);
    assert.deepEqual(verified?.annotations, { stage: 'release' });
    assert.match(verified?.signer ?? '', /^CN=signer, O=Acme, ST=WA, C=US \(sha256:[0-9a-f]{64}\)$/);
  });

  test(`${format}: the certificate of the signer, or of an authority, may be trusted itself`, async () => {
    const chain = createChain();
    const evidence = await signKit(chain, { format });
    for (const each of chain) assert.equal((await verifierFor(each).verify(evidence, subject)).length, 1);
    const alone = createCertificate('alone');
    const own = await signKit([alone], { format });
    assert.equal((await verifierFor(alone).verify(own, subject)).length, 1);
  });

  test(`${format}: another root of the same name is not trusted`, async () => {
    const evidence = await signKit(createChain(), { format });
    const other = createCertificate('root', { isAuthority: true });
    await assert.rejects(verifierFor(other).verify(evidence, subject), refusal(/no root that is trusted/));
  });

  test(`${format}: a signature of another kit does not count`, async () => {
    const chain = createChain();
    const evidence = await signKit(chain, { format });
    for (const other of [
      { ...subject, digest: subject.digest.replace(/.$/, (end) => (end === '0' ? '1' : '0')) as typeof subject.digest },
      { ...subject, size: 585 },
      { ...subject, mediaType: 'application/vnd.oci.image.index.v1+json' },
    ])
      await assert.rejects(verifierFor(chain[2]).verify(evidence, other), refusal(/not about/));
  });

  test(`${format}: a signature does not count after its expiry, nor when a certificate is not valid any more`, async () => {
    const chain = createChain();
    const evidence = await signKit(chain, { format, expiry: '1h' });
    const at = (now: string | number) => verifierFor(chain[2], { now: () => new Date(now).getTime() });
    const [verified] = await at(Date.now()).verify(evidence, subject);
    assert.ok(verified?.expires !== undefined && Date.parse(verified.expires) > Date.now());
    await assert.rejects(at(Date.now() + 3_700_000).verify(evidence, subject), refusal(/expired/));
    await assert.rejects(at('2101-01-01').verify(evidence, subject), refusal(/was not valid now/));
  });

  test(`${format}: no byte of an envelope can be changed without being noticed`, async () => {
    const chain = createChain();
    const evidence = await signKit(chain, { format }, { stage: 'release' });
    const verifier = verifierFor(chain[2]);
    const expected = await verifier.verify(evidence, subject);
    const bytes = bytesOf(evidence);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      // Who wrote it is not signed, and may be anything.
      const found = await verifier.verify(withBlob(evidence, changed), subject).catch((error: unknown) => {
        assert.equal((error as { code?: string }).code, 'signature-invalid', `byte ${at}: ${String(error)}`);
        return expected;
      });
      assert.deepEqual(found, expected, `byte ${at}`);
    }
  });

  test(`${format}: an envelope that is cut, longer, or too large does not count`, async () => {
    const chain = createChain();
    const evidence = await signKit(chain, { format });
    const bytes = bytesOf(evidence);
    for (const changed of [
      Buffer.alloc(0),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.from('x')]),
      Buffer.concat([bytes, Buffer.alloc(1 << 20, ' ')]),
      Buffer.alloc(1 << 19, 0x81),
    ])
      await assert.rejects(verifierFor(chain[2]).verify(withBlob(evidence, changed), subject), refusal(/./));
  });
}

test('an algorithm that is no text is refused, not a defect', async () => {
  const chain = createChain();
  const evidence = await signKit(chain);
  const envelope = JSON.parse(bytesOf(evidence).toString()) as { readonly protected: string };
  const head = JSON.parse(Buffer.from(envelope.protected, 'base64url').toString()) as object;
  for (const alg of [{ toString: 1 }, ['ES256']]) {
    const changed = { ...envelope, protected: Buffer.from(JSON.stringify({ ...head, alg })).toString('base64url') };
    const verified = verifierFor(chain[2]).verify(withBlob(evidence, Buffer.from(JSON.stringify(changed))), subject);
    await assert.rejects(verified, refusal(/algorithm/));
  }
});

test('only the form that is asked for counts', async () => {
  const chain = createChain();
  const verifier = verifierFor(chain[2], { formats: ['cose'] });
  await assert.rejects(verifier.verify(await signKit(chain), subject), refusal(/form that counts/));
});

test('the manifest must name the certificates, and have one envelope', async () => {
  const chain = createChain();
  const evidence = await signKit(chain);
  const verifier = verifierFor(chain[2]);
  const { annotations: _, ...without } = evidence;
  for (const changed of [
    without,
    { ...evidence, annotations: { 'io.cncf.notary.x509chain.thumbprint#S256': '[]' } },
    { ...evidence, blobs: [] },
    { ...evidence, blobs: [...evidence.blobs, ...evidence.blobs] },
  ])
    await assert.rejects(verifier.verify(changed, subject), refusal(/./));
});

test('the subject of the signer is compared where one is asked for', async () => {
  const chain = createChain();
  const evidence = await signKit(chain);
  const asking = (...pairs: readonly (readonly [string, string])[]) =>
    verifierFor(chain[2], { identity: new Map(pairs) }).verify(evidence, subject);
  assert.equal((await asking(['C', 'US'], ['O', 'Acme'], ['CN', 'signer'])).length, 1);
  for (const [name, value] of [
    ['O', 'Acm'],
    ['O', 'Acme2'],
    ['CN', 'root'],
    ['OU', 'Acme'],
    ['constructor', 'x'],
  ] as const)
    await assert.rejects(asking([name, value]), refusal(/not the identity/));
});

const keys: readonly (readonly [string, Parameters<typeof createChain>[0]])[] = (
  ['P-256', 'P-384', 'P-521', 'RSA 2048', 'RSA 3072'] as const
).map((kind) => [kind, { kind }]);

for (const [name, options] of keys)
  test(`a signature with a key of ${name} is verified`, async () => {
    for (const format of ['jws', 'cose']) {
      const chain = createChain(options);
      assert.equal((await verifierFor(chain[2]).verify(await signKit(chain, { format }), subject)).length, 1);
    }
  });

/** The envelope of a good signature, with other certificates. */
const swapped = async (chain: readonly [Issued, Issued, Issued], certificates: readonly Issued[]) => {
  const evidence = await signKit(chain);
  const envelope = JSON.parse(bytesOf(evidence).toString()) as { header: { x5c: string[] } };
  envelope.header.x5c = certificates.map(({ der }) => der.toString('base64'));
  return withBlob(evidence, Buffer.from(JSON.stringify(envelope)));
};

test('certificates that are missing, moved or repeated do not count', async () => {
  const chain = createChain();
  const [signer, authority, root] = chain;
  for (const certificates of [
    [],
    [signer],
    [signer, root],
    [signer, authority],
    [authority, signer, root],
    [signer, authority, root, root],
    Array.from({ length: 20 }, () => root),
  ])
    await assert.rejects(
      verifierFor(root).verify(await swapped(chain, certificates), subject),
      refusal(/certificate/),
      String(certificates.length),
    );
});
