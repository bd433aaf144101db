import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tarEnd } from '../../core/engine/layers/tarHeader.ts';
import { rawEntry } from '../../core/engine/layers/testing/rawTar.ts';
import { createProject } from '../support/project.ts';

const tar = (...entries: readonly Buffer[]) => Buffer.concat([...entries, tarEnd()]);

/** A ModelPack of these layers in the layout `kits`, as somebody else may write it. */
function writeKit(path: string, layers: readonly Buffer[]): void {
  const blobs = join(path, 'kits', 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const add = (mediaType: string, bytes: string | Buffer) => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(bytes) };
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: 'application/vnd.cncf.model.manifest.v1+json',
    config: add('application/vnd.cncf.model.config.v1+json', '{}'),
    layers: layers.map((bytes) => add('application/vnd.cncf.model.weight.v1.tar', bytes)),
  };
  const root = add(manifest.mediaType, JSON.stringify(manifest));
  const annotations = { 'org.opencontainers.image.ref.name': 'v1' };
  writeFileSync(join(path, 'kits', 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const index = { schemaVersion: 2, manifests: [{ ...root, annotations }] };
  writeFileSync(join(path, 'kits', 'index.json'), JSON.stringify(index));
}

const hostile: readonly (readonly [what: string, layers: readonly Buffer[], expected: RegExp])[] = [
  ['a path upwards', [tar(rawEntry('../x', 'x'))], /unpack-refused: .*\.\.\/x/],
  ['an absolute path', [tar(rawEntry('/etc/passwd', 'x'))], /unpack-refused: .*absolute/],
  ['a link', [tar(rawEntry('link', '', '2', (header) => header.write('/etc', 157)))], /unpack-refused: .*type "2"/],
  ['a hard link', [tar(rawEntry('link', '', '1', (header) => header.write('a', 157)))], /unpack-refused: .*type "1"/],
  ['a device', [tar(rawEntry('null', '', '3'))], /unpack-refused: .*type "3"/],
  ['a name twice', [tar(rawEntry('a', 'x'), rawEntry('a', 'y'))], /kit-malformed: .*stands twice/],
  ['a whiteout', [tar(rawEntry('d/.wh.x', ''))], /image-refused: .*\.wh\.x/],
  ['an opaque folder', [tar(rawEntry('.wh..wh..opq', ''))], /image-refused: .*\.wh\.\.wh\.\.opq/],
  ['something below a whiteout', [tar(rawEntry('.wh.d/x', ''))], /image-refused: .*\.wh\.d/],
  ['no end', [rawEntry('a', 'x')], /kit-malformed: .*end/],
  [
    'data behind its end',
    [Buffer.concat([tar(rawEntry('a', 'x')), rawEntry('b', 'y')])],
    /kit-malformed: .*behind its end/,
  ],
  [
    'one file in two layers',
    [tar(rawEntry('a', 'x')), tar(rawEntry('a', 'y'))],
    /image-refused: Two layers .* hold a,/,
  ],
  [
    'a file where another layer has a folder',
    [tar(rawEntry('a/b', 'x')), tar(rawEntry('a', 'y'))],
    /image-refused: Two/,
  ],
  [
    'a folder where another layer has a file',
    [tar(rawEntry('a', 'x')), tar(rawEntry('a/b', 'y'))],
    /image-refused: Two/,
  ],
];

for (const type of ['view', 'modelcar', 'raw'])
  test(`a kit that no image may be made of is refused: ${type}`, async () => {
    for (const [what, layers, expected] of hostile) {
      using project = createProject({});
      writeKit(project.path, layers);
      const { code, stderr } = await project.run('image', 'oci:kits:v1', '--type', type, '-t', 'oci:images:x');
      assert.notEqual(code, 0, what);
      assert.match(stderr, expected, what);
      assert.ok(!existsSync(join(project.path, 'images')), what);
    }
  });

test('nothing in a view has rights of others, or hides what other layers have; a modelcar takes that away', async () => {
  const record = (text: string) => `${text.length + 4} ${text}\n`;
  const attributed = (name: string) => rawEntry('tool', record(`${name}=\u0001`), 'x');
  for (const [entries, why] of [
    [[rawEntry('tool', 'x', '0', (header) => header.write('0004755', 100))], 'runs with the rights of others'],
    [[attributed('SCHILY.xattr.security.capability'), rawEntry('tool', 'x')], 'has attributes'],
    [[attributed('SCHILY.xattr.trusted.overlay.opaque'), rawEntry('tool', '', '5')], 'has attributes'],
    [[attributed('LIBARCHIVE.xattr.user.overlay.redirect'), rawEntry('tool', '', '5')], 'has attributes'],
  ] as const) {
    using project = createProject({});
    writeKit(project.path, [tar(...entries)]);
    const { code, stderr } = await project.run('image', 'oci:kits:v1', '-t', 'oci:images:x');
    assert.notEqual(code, 0);
    assert.match(stderr, new RegExp(`image-refused: .*tool ${why}`));
    const made = await project.run('image', 'oci:kits:v1', '--type', 'modelcar', '-t', 'oci:images:x');
    assert.equal(made.code, 0, made.stderr);
  }
});

test('a kit of another tool has an image, and a damaged one has none', async () => {
  using project = createProject({});
  writeKit(project.path, [tar(rawEntry('a.safetensors', 'x')), tar(rawEntry('b/c.json', '{}'))]);
  for (const type of ['view', 'modelcar', 'raw'])
    assert.equal((await project.run('image', 'oci:kits:v1', '--type', type, '-t', `oci:images:${type}`)).code, 0, type);
  const [layer] = [
    createHash('sha256')
      .update(tar(rawEntry('a.safetensors', 'x')))
      .digest('hex'),
  ];
  writeFileSync(join(project.path, 'kits', 'blobs', 'sha256', layer), tar(rawEntry('a.safetensors', 'y')));
  for (const type of ['modelcar', 'raw']) {
    const { code, stderr } = await project.run('image', 'oci:kits:v1', '--type', type, '-t', `oci:others:${type}`);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /descriptor-mismatch/);
  }
  // A view is copied, and what is copied is verified.
  const { stderr } = await project.run('image', 'oci:kits:v1', '-t', 'oci:others:view');
  assert.match(stderr, /descriptor-mismatch/);
});
