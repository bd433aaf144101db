import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

/** A layout with one kit, of this config and a model layer. */
function layOut(folder: string, config: object, layerType: string): void {
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const add = (mediaType: string, bytes: Buffer) => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.byteLength };
  };
  const json = (value: object) => Buffer.from(JSON.stringify(value));
  const manifest = add(
    'application/vnd.oci.image.manifest.v1+json',
    json({
      schemaVersion: 2,
      config: add('application/vnd.kitops.modelkit.config.v1+json', json(config)),
      layers: [add(layerType, Buffer.from('weights'))],
    }),
  );
  const annotations = { 'org.opencontainers.image.ref.name': 'v1' };
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(folder, 'index.json'), json({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }));
}

const modelType = 'application/vnd.kitops.modelkit.model.v1.raw';

test('a kit whose config names no layers is refused: a Kitfile alone would look like all of it', async () => {
  using project = createProject({});
  layOut(join(project.path, 'kit'), { manifestVersion: '1.0.0', model: { path: 'model.bin' } }, modelType);
  const { code, stderr } = await project.run('unpack', 'oci:kit:v1', '-d', 'out');
  assert.equal(code, 4, stderr);
  assert.match(stderr, /kit-malformed: The kit has a model layer sha256:\w+ that its config does not name/);
  assert.equal(existsSync(join(project.path, 'out')), false);
  assert.equal((await project.run('unpack', 'oci:kit:v1', '-d', 'out', '--filter', 'kitfile')).code, 0);
  assert.equal(existsSync(join(project.path, 'out', 'Kitfile')), true);
});

test('layers of types that are in no kit are told', async () => {
  using project = createProject({});
  layOut(join(project.path, 'kit'), { manifestVersion: '1.0.0' }, 'application/vnd.example.other');
  const { code, stderr } = await project.run('unpack', 'oci:kit:v1', '-d', 'out');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Layers of types that no kit has are not unpacked: application\/vnd\.example\.other/);
});
