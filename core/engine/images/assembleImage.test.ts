import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AssembleOptions, assembleImage } from './assembleImage.ts';
import type { ImageLayer } from './Image.ts';
import { recipeSource } from './recipeSource.ts';

const layerOf = (digit: string): ImageLayer => {
  const digest = `sha256:${digit.repeat(64)}` as const;
  return {
    descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: 1 },
    diffId: digest,
    createdBy: `made ${digit}`,
    source: recipeSource(digest, [{ kind: 'inline', bytes: Buffer.from('x') }]),
  };
};

/** The config of an image. */
async function configOf(options: Partial<AssembleOptions>) {
  const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  const { blobs } = assembleImage({ platform, layers: [layerOf('2')], ...options });
  const config = blobs.at(-1) ?? assert.fail();
  const parts: Uint8Array[] = [];
  for await (const part of config.source.fetch(config.descriptor)) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}

const base = (config: object) => ({
  reference: 'registry.example.com/base:v1',
  digest: `sha256:${'1'.repeat(64)}`,
  layers: [layerOf('1')],
  config: config as Readonly<Record<string, unknown>>,
});

test('what the base says stays, unless it is set anew', async () => {
  const before = {
    config: { Env: ['PATH=/bin', 'A=1', 'B=x=y'], Cmd: ['sh'], Labels: { of: 'base' }, StopSignal: 'SIGINT' },
    history: [{ created_by: 'base' }, { created_by: 'none', empty_layer: true }],
  };
  const settings = { entrypoint: ['app'], env: { A: '2', C: '3' }, user: '1000:0', labels: { more: 'x' } };
  const { config, history, rootfs, variant } = await configOf({ base: base(before), settings });
  assert.deepEqual(config, {
    Cmd: [],
    Entrypoint: ['app'],
    Env: ['PATH=/bin', 'B=x=y', 'A=2', 'C=3'],
    Labels: { more: 'x', of: 'base' },
    StopSignal: 'SIGINT',
    User: '1000:0',
  });
  assert.equal(history.length, 3);
  assert.equal(rootfs.diff_ids.length, 2);
  assert.equal(variant, 'v8');
});

test('what the base says may be of any kind', async () => {
  const odd = { config: { Env: 'PATH', Labels: [] }, history: 'none', 'os.version': 5 };
  const { config, history } = await configOf({ base: base(odd), settings: { env: { A: '1' }, labels: { a: 'b' } } });
  assert.deepEqual([config.Env, config.Labels], [['A=1'], { a: 'b' }]);
  assert.equal(history, undefined);
});

test('without a time it is 1970', async () => {
  assert.equal((await configOf({})).created, '1970-01-01T00:00:00Z');
  assert.equal((await configOf({ created: '2026-01-02T03:04:05Z' })).history[0].created, '2026-01-02T03:04:05Z');
});
