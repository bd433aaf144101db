import assert from 'node:assert/strict';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { test } from 'node:test';
import { bundleBytes, preAuthEncoding, readBundle } from './bundle.ts';
import { signWithKey, verifyWithKey } from './keys.ts';
import { signModel } from './signModel.ts';
import { memoryModel } from './testing/memoryModel.ts';
import { createPair, noPassword } from './testing/sampleKey.ts';
import { type VerifyOptions, verifyModel } from './verifyModel.ts';

const pair = createPair();
const files = { 'model.safetensors': 'weights', 'tokenizer/vocab.txt': 'a\nb\n', 'ü.txt': '', Kitfile: 'x' };

const signed = async (keys = pair, content: Readonly<Record<string, string | undefined>> = files) => {
  const signer = await signWithKey(keys.privateKey, 'key.pem', noPassword);
  if (!signer) return assert.fail('It is a key.');
  return (await signModel(memoryModel(content), ['.git', 'Kitfile', 'model.sig'], signer)).bundle;
};

const verify = async (
  bundle: Uint8Array,
  content: Readonly<Record<string, string | undefined>> = files,
  options: Partial<VerifyOptions> = {},
) =>
  verifyModel(memoryModel(content), {
    bundle,
    verify: verifyWithKey(pair.publicKey, 'key.pub'),
    ignored: [],
    allowsUnsigned: false,
    ...options,
  });

const refusal = (message: RegExp) => ({ code: 'signature-invalid', message });

for (const curve of ['P-256', 'P-384', 'P-521'])
  test(`a directory that a key on ${curve} signed is verified`, async () => {
    const keys = createPair(curve);
    const verified = await verify(await signed(keys), files, { verify: verifyWithKey(keys.publicKey, 'key.pub') });
    assert.equal(verified.files, 3);
    assert.match(verified.signer, /^sha256:[0-9a-f]{64}$/);
  });

test('what was changed, added, removed, renamed or made a link is refused by its name', async () => {
  const bundle = await signed();
  const { 'model.safetensors': weights, ...rest } = files;
  for (const [content, message] of [
    [{ ...files, 'model.safetensors': 'wEights' }, /changed: "model.safetensors"/],
    [{ ...files, 'ü.txt': 'x' }, /changed: "ü.txt"/],
    [{ ...files, 'extra.bin': '' }, /not signed: "extra.bin"/],
    [rest, /missing: "model.safetensors"/],
    [{ ...rest, 'other.safetensors': weights }, /missing: "model.safetensors"; not signed: "other.safetensors"/],
    [{ ...files, 'model.safetensors': undefined }, /is a link/],
    [{ ...files, link: undefined }, /"link" is a link/],
    [{}, /missing/],
  ] as const)
    await assert.rejects(verify(bundle, content), refusal(message));
});

test('what is ignored may be anything, and what was not signed may be there if the user says so', async () => {
  const bundle = await signed();
  await verify(bundle, { ...files, Kitfile: 'another', 'model.sig': 'x', '.git/config': undefined, '.gitignore': '' });
  await verify(bundle, { ...files, 'logs/a': 'x' }, { ignored: ['logs'] });
  const unsigned = { ...files, 'extra.bin': 'x', link: undefined };
  await verify(bundle, unsigned, { allowsUnsigned: true });
  for (const content of [
    { ...unsigned, 'ü.txt': 'x' },
    { 'extra.bin': '' },
    { ...files, 'model.safetensors': undefined },
  ])
    await assert.rejects(verify(bundle, content, { allowsUnsigned: true }), refusal(/changed|missing/));
});

test('files of git that were signed are not ignored', async () => {
  const signer = await signWithKey(pair.privateKey, 'key.pem', noPassword);
  const content = { a: 'x', '.gitattributes': 'lfs' };
  const { bundle } = await signModel(memoryModel(content), [], signer ?? assert.fail());
  await verify(bundle, content);
  await assert.rejects(verify(bundle, { ...content, '.gitattributes': 'x' }), refusal(/changed/));
  await assert.rejects(verify(bundle, { a: 'x' }), refusal(/missing/));
});

test('another key is refused before anything is listed', async () => {
  const other = verifyWithKey(createPair().publicKey, 'other.pub');
  const untouched = { ...memoryModel({}), list: () => assert.fail('It was listed.') };
  const options = { bundle: await signed(), verify: other, ignored: [], allowsUnsigned: false };
  await assert.rejects(verifyModel(untouched, options), refusal(/not by this key/));
});

test('no byte of a signature can be changed without being noticed', async () => {
  const bundle = Buffer.from(await signed());
  const expected = await verify(bundle);
  for (let at = 0; at < bundle.length; at++) {
    const changed = Buffer.from(bundle);
    changed[at] = (changed[at] as number) ^ 1;
    // Names that nobody reads may be anything.
    const found = await verify(changed).catch((error: unknown) => {
      assert.equal((error as { code?: string }).code, 'signature-invalid', `byte ${at}: ${String(error)}`);
      return expected;
    });
    assert.deepEqual(found, expected, `byte ${at}`);
  }
});

/** Signs any statement with the right key. */
const forge = (change: (statement: Statement) => unknown, bundle: Uint8Array) => {
  const statement = JSON.parse(Buffer.from(readBundle(bundle).payload).toString()) as Statement;
  const payload = Buffer.from(JSON.stringify(change(statement)));
  const signature = sign('sha256', preAuthEncoding(payload), createPrivateKey(pair.privateKey));
  return bundleBytes(payload, signature, readBundle(bundle).hint ?? '');
};

interface Statement {
  readonly subject: readonly object[];
  readonly predicate: { readonly resources: readonly object[]; readonly serialization: object };
}

const withSerialization = (more: object) => (statement: Statement) => ({
  ...statement,
  predicate: { ...statement.predicate, serialization: { ...statement.predicate.serialization, ...more } },
});
const withResources = (change: (resources: readonly object[]) => readonly unknown[]) => (statement: Statement) => ({
  ...statement,
  predicate: { ...statement.predicate, resources: change(statement.predicate.resources) },
});

for (const [name, change] of Object.entries<(statement: Statement) => unknown>({
  'that is no statement': (statement) => ({ ...statement, _type: 'x' }),
  'of another predicate': (statement) => ({ ...statement, predicateType: 'https://slsa.dev/provenance/v1' }),
  'about two': (statement) => ({ ...statement, subject: [...statement.subject, ...statement.subject] }),
  'with another digest': (statement) => ({ ...statement, subject: [{ digest: { sha256: '0'.repeat(64) } }] }),
  'without files': withResources(() => []),
  'with a file twice': withResources(([first, ...rest]) => [first, first, ...rest]),
  'with a file left out': withResources(([, ...rest]) => rest),
  'with a file above': withResources(([first, ...rest]) => [{ ...first, name: '../x' }, ...rest]),
  'with an absolute file': withResources(([first, ...rest]) => [{ ...first, name: '/x' }, ...rest]),
  'with a hash that is none': withResources(([first, ...rest]) => [{ ...first, digest: 'x' }, ...rest]),
  'with another hash': withSerialization({ hash_type: 'blake2b' }),
  'with another method': withSerialization({ method: 'tensors' }),
  'with parts of no size': withSerialization({ method: 'shards', shard_size: 0 }),
  'that is silent about links': withSerialization({ allow_symlinks: undefined }),
}))
  test(`a statement ${name} is refused, whoever signed it`, async () => {
    await assert.rejects(verify(forge(change, await signed())), refusal(/./));
  });

/** A signature over parts of four bytes, by their names. */
const signedParts = async (parts: readonly (readonly [name: string, text: string])[]) => {
  const hash = (text: string) => createHash('sha256').update(text);
  const resources = parts.map(([name, text]) => {
    return { name, digest: hash(text).digest('hex'), algorithm: 'sha256-sharded-4' };
  });
  const root = createHash('sha256');
  for (const [, text] of parts) root.update(hash(text).digest());
  return forge(
    (statement) => ({
      ...withSerialization({ method: 'shards', shard_size: 4 })(withResources(() => resources)(statement) as Statement),
      subject: [{ digest: { sha256: root.digest('hex') } }],
    }),
    await signed(),
  );
};

test('parts of files are verified one by one', async () => {
  const bundle = await signedParts([
    ['a:0:4', '0123'],
    ['a:4:6', '45'],
  ]);
  const { files: count, notes } = await verify(bundle, { a: '012345', empty: '' });
  assert.deepEqual([count, notes], [1, ['Empty files are not signed where parts are: "empty".']]);
  for (const a of ['012346', '01234', '01234567', '0123456789', ''])
    await assert.rejects(verify(bundle, { a }), refusal(/not what was signed/));
});

test('a signed file that goes on behind its last part is changed, also where files that were not signed may be there', async () => {
  const bundle = await signedParts([
    ['a:0:4', '0123'],
    ['b:0:4', '0123'],
    ['b:4:6', '45'],
  ]);
  const options = { allowsUnsigned: true };
  await verify(bundle, { a: '0123', b: '012345', c: '0123' }, options);
  for (const content of [
    { a: '01234', b: '012345' },
    { a: '01234567', b: '012345' },
    { a: '0123', b: '01234567' },
  ])
    await assert.rejects(verify(bundle, content, options), refusal(/not what was signed/));
});

test('many large files with nothing in them make no more parts than were signed', async () => {
  const bundle = await signedParts(Array.from({ length: 10_000 }, (_, i) => [`a:${i * 4}:${i * 4 + 4}`, '0123']));
  const entries = Array.from({ length: 10_000 }, (_, i) => ({ path: `${i}`, type: 'file' as const, size: 2 ** 40 }));
  const options = { bundle, verify: verifyWithKey(pair.publicKey, 'key.pub'), ignored: [], allowsUnsigned: false };
  const model = { ...memoryModel({}), list: () => entries };
  await assert.rejects(verifyModel(model, options), refusal(/not signed: "0:0:4", "1:0:4", .* and 9995 more/));
});
