import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kitfile } from '../../kitfile/Kitfile.ts';
import type { LoadedKit } from '../../kits/loadKit.ts';
import { digestOf } from '../../oci/digest.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { amendedKit } from './amendedKit.ts';
import { withFile, withKitfileField } from './amendKitfile.ts';

const layer = (path: string) => ({ path, digest: digestOf(path), diffId: digestOf(path) });
const kitfile: Kitfile = {
  manifestVersion: '1.0.0',
  package: { name: 'x' },
  model: { name: 'm', ...layer('model.bin'), parts: [layer('parts/tokenizer.json')] },
  code: [layer('src')],
  docs: [layer('README.md'), { path: 'elsewhere' }],
};
const tar = 'application/vnd.kitops.modelkit.docs.v1.tar';
const fileAt = (path: string) => ({
  path,
  descriptor: { mediaType: tar, digest: digestOf(`new ${path}`), size: 1 },
  diffId: digestOf(`new ${path}`),
});

test('a file takes the place of the element at its path, or is a new document', () => {
  const replaced = withFile(kitfile, fileAt('README.md'));
  assert.deepEqual(replaced.docs?.[0], {
    path: 'README.md',
    digest: digestOf('new README.md'),
    diffId: digestOf('new README.md'),
  });
  assert.equal(replaced.docs?.length, 2);
  assert.equal(
    withFile(kitfile, fileAt('parts/tokenizer.json')).model?.parts?.[0]?.digest,
    digestOf('new parts/tokenizer.json'),
  );
  assert.equal(withFile(kitfile, fileAt('docs/CARD.md')).docs?.at(-1)?.path, 'docs/CARD.md');
});

test('a file that may lie in a layer with others is refused', () => {
  for (const path of ['src/train.py', 'src/a/b'])
    assert.throws(() => withFile(kitfile, fileAt(path)), { code: 'amend-refused', message: /"src"/ });
  const everything: Kitfile = { ...kitfile, code: [layer('./')] };
  assert.throws(() => withFile(everything, fileAt('new.md')), { code: 'amend-refused' });
});

test('fields are set and removed; others are refused', () => {
  assert.equal(withKitfileField(kitfile, 'package.description', 'new').package?.description, 'new');
  assert.equal(withKitfileField(kitfile, 'package.name', '').package?.name, undefined);
  assert.deepEqual(withKitfileField(kitfile, 'package.authors', 'Ann, Bo').package?.authors, ['Ann', 'Bo']);
  assert.equal(withKitfileField(kitfile, 'model.license', 'MIT').model?.digest, digestOf('model.bin'));
  for (const name of [
    'model.path',
    'model.digest',
    'package',
    'docs.path',
    '__proto__.x',
    'package.__proto__',
    'constructor.name',
    '',
  ])
    assert.throws(() => withKitfileField(kitfile, name, 'x'), { code: 'usage' }, name);
  assert.throws(() => withKitfileField({}, 'model.name', 'x'), { code: 'usage', message: /no model/ });
});

const kitWith = (layers: readonly object[], given: Kitfile = kitfile): LoadedKit => {
  const config = { mediaType: 'application/vnd.kitops.modelkit.config.v1+json', digest: digestOf('c'), size: 1 };
  const manifest = parseManifest(
    Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers, annotations: { a: '1', b: '2' } })),
    'application/vnd.oci.image.manifest.v1+json',
  );
  const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digestOf('kit'), size: 1 };
  const none = {} as LoadedKit['target'];
  return { descriptor, manifest, manifestBytes: Buffer.from(''), kitfile: given, target: none, layerSource: none };
};
const described = (text: string) => ({ mediaType: tar, digest: digestOf(text), size: 1 });
const layersOf = (bytes: Uint8Array): readonly string[] =>
  JSON.parse(Buffer.from(bytes).toString()).layers.map(({ digest }: { digest: string }) => digest);
const unchanged = { edit: (same: Kitfile) => same, annotations: {} };

test('the layer that is replaced goes, the others keep their order, a new one comes last', () => {
  const kit = kitWith(['model.bin', 'README.md', 'src', 'unknown'].map(described));
  const { manifestBytes } = amendedKit(kit, Buffer.from('{}'), {
    ...unchanged,
    files: [fileAt('README.md'), fileAt('NEW.md')],
  });
  const wanted = ['model.bin', 'new README.md', 'src', 'unknown', 'new NEW.md'].map((text) => digestOf(text));
  assert.deepEqual(layersOf(manifestBytes), wanted);
});

test('a layer that another element has too stays', () => {
  const twice: Kitfile = { ...kitfile, docs: [layer('README.md'), { ...layer('README.md'), path: 'COPY.md' }] };
  const kit = kitWith([described('README.md')], twice);
  const { manifestBytes } = amendedKit(kit, Buffer.from('{}'), { ...unchanged, files: [fileAt('README.md')] });
  assert.deepEqual(layersOf(manifestBytes), [digestOf('README.md'), digestOf('new README.md')]);
});

test('annotations are set and removed, and the old digest is named; the same changes give the same bytes', () => {
  const amendment = { ...unchanged, files: [], annotations: { a: undefined, c: '3' } };
  const [one, two] = [
    amendedKit(kitWith([]), Buffer.from('{}'), amendment),
    amendedKit(kitWith([]), Buffer.from('{}'), amendment),
  ];
  assert.deepEqual(JSON.parse(Buffer.from(one.manifestBytes).toString()).annotations, {
    b: '2',
    'org.opencontainers.image.base.digest': digestOf('kit'),
    c: '3',
  });
  assert.equal(one.root.digest, two.root.digest);
});
