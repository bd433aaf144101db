import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { createKitwright } from '../host/createKitwright.ts';
import type { Statement } from '../host/Evidence.ts';
import { definePlugin } from '../host/plugin.ts';
import type { OpenedSigner } from '../host/Signer.ts';
import type { OpenedVerifier, Verified } from '../host/Verifier.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { cosignTags, referrersTag } from '../oci/referrerTags.ts';
import { memoryTarget } from '../store/referrers/testing/memoryTarget.ts';
import { signKit } from './signKit.ts';
import { verifyKit } from './verifyKit.ts';

const artifactType = 'application/x.signature';

/** What is signed is the digest and what is said of it, in plain text. */
const verifier: OpenedVerifier = {
  reads: ({ artifactType: type, tag }) => (tag === undefined ? type === artifactType : tag.endsWith('.sig')),
  verify: async ({ blobs, tag }, { digest }) =>
    blobs.map(({ bytes }) => {
      const { about, ...said } = JSON.parse(Buffer.from(bytes).toString()) as Omit<Verified, 'format'> & {
        about: string;
      };
      if (about !== digest) throw new KitwrightError('signature-invalid', 'It is about another kit.');
      return { ...said, format: tag === undefined ? 'referrer' : 'tag' };
    }),
};

const signerOf = (name: string, inTag = false): OpenedSigner => ({
  own: verifier,
  sign: async ({ subject, annotations, statement }) => {
    const said = { about: subject.digest, signer: name, annotations, ...(statement ? { statement } : {}) };
    const blob = { mediaType: 'text/plain', bytes: Buffer.from(JSON.stringify(said)) };
    const tag = cosignTags(subject.digest)[0] as string;
    return [{ artifactType, blobs: [blob], ...(inTag ? { tag } : {}) }];
  },
});

const createKit = (plugin?: Parameters<typeof definePlugin>[0]) => {
  const target = memoryTarget();
  const root = target.add(Buffer.from('{"config":{},"layers":[]}'));
  const kit = { target, repository: 'x/y', root };
  const kitwright = createKitwright({ plugins: plugin ? [plugin] : [] });
  const { signal } = new AbortController();
  return {
    ...kit,
    sign: (signer: OpenedSigner, annotations = {}, statement?: Statement) =>
      signKit(kitwright, kit, { signer, annotations, statement }, signal),
    verify: (demand: Partial<Parameters<typeof verifyKit>[2]> = {}) =>
      verifyKit(kitwright, kit, { verifier, annotations: {}, ...demand }),
    [Symbol.asyncDispose]: () => kitwright.close(),
  };
};

const statement = { predicateType: 'https://example.com/type', predicate: { a: 1 } };

test('what is signed is verified, as a referrer and under a tag', async () => {
  await using kit = createKit();
  await kit.sign(signerOf('ann'), { stage: 'release' });
  await kit.sign(signerOf('bob', true));
  const { proofs, rejected, subject } = await kit.verify();
  assert.deepEqual(
    proofs.map(({ signer, format, annotations }) => [signer, format, annotations]),
    [
      ['ann', 'referrer', { stage: 'release' }],
      ['bob', 'tag', {}],
    ],
  );
  assert.deepEqual([rejected, subject], [[], kit.root]);
});

test('signatures under one tag are kept side by side', async () => {
  await using kit = createKit();
  for (const name of ['ann', 'bob', 'ann']) await kit.sign(signerOf(name, true));
  const { proofs } = await kit.verify();
  assert.deepEqual(
    proofs.map(({ signer }) => signer),
    ['ann', 'bob'],
  );
});

test('the same is stored once; another annotation is not the same', async () => {
  await using kit = createKit();
  const [first] = await kit.sign(signerOf('ann'));
  const [again] = await kit.sign(signerOf('ann'));
  const [other] = await kit.sign(signerOf('ann'), { a: 'b' });
  assert.deepEqual([first?.existed, again?.existed, other?.existed], [false, true, false]);
  assert.equal(again?.manifest, first?.manifest);
});

test('an attestation counts by its type, and never as a signature', async () => {
  await using kit = createKit();
  await assert.rejects(kit.verify(), { code: 'signature-missing' });
  await kit.sign(signerOf('ann'), {}, statement);
  await assert.rejects(kit.verify(), { code: 'signature-missing', message: /attestation of type https:/ });
  await assert.rejects(kit.verify({ predicateType: 'https://example.com/typ' }), { code: 'signature-missing' });
  assert.deepEqual((await kit.verify({ predicateType: statement.predicateType })).proofs[0]?.statement, statement);
});

test('an annotation that is asked for must be signed, and each reason is told', async () => {
  await using kit = createKit();
  await kit.sign(signerOf('ann'), { stage: 'test' });
  await assert.rejects(kit.verify({ annotations: { stage: 'release' } }), {
    code: 'signature-invalid',
    message: /no signed annotation stage=release/,
  });
  await kit.sign(signerOf('bob'), { stage: 'release' });
  const { proofs, rejected } = await kit.verify({ annotations: { stage: 'release' } });
  assert.deepEqual([proofs.map(({ signer }) => signer), rejected.length], [['bob'], 1]);
});

test('a place without repositories proves nothing of one, though a signature made there names none either', async () => {
  await using kit = createKit();
  const verifier = { ...signerOf('ann').own, verify: async () => [said] };
  await kit.sign(signerOf('ann'));
  await kit.verify({ verifier });
  await assert.rejects(kit.verify({ verifier, repository: '' }), {
    code: 'signature-invalid',
    message: /in a place without repositories/,
    hint: /without --same-repository/,
  });
});

/** Proven of a signature that was made in such a place. */
const said: Verified = { signer: 'ann', format: 'referrer', annotations: {}, repository: '' };

test('what signs another kit does not count, and does not hide what does', async () => {
  await using kit = createKit();
  const forged = signerOf('eve');
  const blob = { mediaType: 'text/plain', bytes: Buffer.from('{"about":"sha256:0","signer":"ann","annotations":{}}') };
  const eve = { ...forged, sign: async () => [{ artifactType, blobs: [blob] }] };
  await assert.rejects(kit.sign(eve), { code: 'signature-invalid' }, 'A signer stores nothing that it cannot verify.');
  await kit.sign({ ...eve, own: { ...verifier, verify: async () => [{ signer: '', format: '', annotations: {} }] } });
  await assert.rejects(kit.verify(), { code: 'signature-invalid', message: /about another kit/ });
  await kit.sign(signerOf('ann'));
  const { proofs, rejected } = await kit.verify();
  assert.deepEqual([proofs.map(({ signer }) => signer), rejected.length], [['ann'], 1]);
});

test('evidence that is too large, or too much, is not read', async () => {
  await using kit = createKit();
  const { target, root } = kit;
  const add = (layers: readonly object[], annotations = {}) => {
    const config = descriptorOf('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
    const manifest = {
      schemaVersion: 2,
      mediaType: root.mediaType,
      artifactType,
      config,
      layers,
      subject: root,
      annotations,
    };
    return target.add(Buffer.from(JSON.stringify(manifest)));
  };
  const list = (entries: readonly object[]) =>
    target.tags.set(
      referrersTag(root.digest),
      target.add(
        Buffer.from(
          JSON.stringify({
            schemaVersion: 2,
            mediaType: 'application/vnd.oci.image.index.v1+json',
            manifests: entries.map((entry) => ({ ...entry, artifactType })),
          }),
        ),
        'application/vnd.oci.image.index.v1+json',
      ),
    );
  const blob = descriptorOf('text/plain', Buffer.from('x'));
  list([add([{ ...blob, size: 64 * 1024 * 1024 }])]);
  await assert.rejects(kit.verify(), { code: 'signature-invalid', message: /too large/ });
  list([add(Array.from({ length: 101 }, () => blob))]);
  await assert.rejects(kit.verify(), { code: 'signature-invalid', message: /101 blobs/ });
  list(Array.from({ length: 101 }, (_, n) => add([blob], { n: String(n) })));
  await assert.rejects(kit.verify(), { code: 'signature-invalid', message: /101 signatures/ });
  const text = '{"about":"sha256:0","signer":"ann","annotations":{}}'.padEnd(30 * 1024 * 1024);
  const large = target.add(Buffer.from(text), 'text/plain');
  list(Array.from({ length: 9 }, (_, n) => add([large], { n: String(n) })));
  await assert.rejects(kit.verify(), { code: 'signature-invalid', message: /more than 268435456 bytes/ });
});

test('a target that fails is no missing signature', async () => {
  await using kit = createKit();
  await kit.sign(signerOf('ann'));
  const broken = { ...kit.target, exists: kit.target.exists };
  const failure = new KitwrightError('network-failed', 'The network is down.');
  const fetch = () => {
    throw failure;
  };
  const kitwright = createKitwright({ plugins: [] });
  const demand = { verifier, annotations: {} };
  await assert.rejects(verifyKit(kitwright, { ...kit, target: { ...broken, fetch } }, demand), failure);
  await kitwright.close();
});

test('plugins are told what was signed', async () => {
  const told: unknown[] = [];
  const plugin = definePlugin({
    name: 'listener',
    apiVersion: 1,
    apply({ hooks }) {
      hooks.build.tap(({ hooks: build }) => {
        build.signed.tap(async ({ subject, target, repository, evidence }) => {
          told.push(subject.digest, target, repository, evidence.length);
        });
      });
    },
  });
  await using kit = createKit(plugin);
  await kit.sign(signerOf('ann'));
  assert.deepEqual(told, [kit.root.digest, 'a test', 'x/y', 1]);
});
