import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytePath, parentOf } from '../../core/engine/files/bytePath.ts';
import { tarIndex } from '../../core/engine/layers/tarIndex.ts';
import { anyTar } from '../../core/engine/layers/testing/anyTar.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { kit, kitwright, succeed, treeOf } from './peer.ts';

const digestOf = (bytes: string | Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The paths in a tar; undefined if we refuse it. */
function pathsIn(bytes: Buffer): readonly string[] | undefined {
  try {
    const entries = tarIndex((at, length) => bytes.subarray(at, at + length), bytes.byteLength);
    return [...entries].map(({ path }) => path);
  } catch {
    return undefined;
  }
}

/** `kit` makes no parents that a tar does not name, and refuses two dots at any position. */
function isForKit(paths: readonly string[]): boolean {
  const parents = paths.map((path) => parentOf(bytePath(path))).filter((path) => path !== '');
  return (
    paths.length > 0 && parents.every((path) => paths.includes(path)) && !paths.some((path) => path.includes('..'))
  );
}

interface Template {
  readonly manifest: {
    readonly config: { digest: string; size: number };
    readonly layers: { digest: string; size: number }[];
  };
  readonly config: string;
}

/** A kit of one layer, packed by us. */
async function packTemplate(folder: string): Promise<Template> {
  mkdirSync(join(folder, 'p'));
  writeFileSync(join(folder, 'p/Kitfile'), 'manifestVersion: 1.0.0\ndatasets: [{name: d, path: d}]\n');
  writeFileSync(join(folder, 'p/d'), 'data');
  const { stdout } = succeed(await kitwright(folder, join(folder, 'our'), 'pack', 'p', '-t', 'x:v1', '--blobs'));
  const blob = (digest: string) => readFileSync(join(folder, 'our/store/blobs/sha256', digest.slice(7)), 'utf8');
  const manifest = JSON.parse(blob(/Model saved: (\S+)/.exec(stdout)?.[1] ?? '')) as Template['manifest'];
  return { manifest, config: blob(manifest.config.digest) };
}

/** Puts a kit for each tar into a store of kit, by the tags `v0`, `v1`, ... */
function writeKits(storage: string, { manifest, config }: Template, tars: readonly Buffer[]): void {
  mkdirSync(join(storage, 'blobs/sha256'), { recursive: true });
  const write = (bytes: string | Uint8Array) => {
    const digest = digestOf(bytes);
    writeFileSync(join(storage, 'blobs/sha256', digest.slice(7)), bytes);
    return { digest, size: Buffer.byteLength(bytes) };
  };
  const descriptors = tars.map((tar) => {
    const layer = write(tar);
    const named = write(config.replaceAll(manifest.layers[0]?.digest ?? '', layer.digest));
    const layers = manifest.layers.map((descriptor) => ({ ...descriptor, ...layer }));
    const text = JSON.stringify({ ...manifest, config: { ...manifest.config, ...named }, layers });
    return { mediaType: 'application/vnd.oci.image.manifest.v1+json', ...write(text) };
  });
  const name = Buffer.from('localhost/x').toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  writeFileSync(join(storage, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(storage, `${name}-index.json`), JSON.stringify({ schemaVersion: 2, manifests: descriptors }));
  const tags = Object.fromEntries(descriptors.map((descriptor, i) => [`v${i}`, descriptor]));
  writeFileSync(join(storage, `${name}-tags.json`), JSON.stringify(tags));
}

test('a kit whose layer is any tar unpacks to the files that kit writes, or is refused without any file', async () => {
  using folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const tars = fc.sample(anyTar, { numRuns: 600, seed: 1 });
  const right = tars.filter((tar) => isForKit(pathsIn(tar) ?? [])).slice(0, 30);
  const wrong = tars.filter((tar) => pathsIn(tar) === undefined).slice(0, 15);
  writeKits(at('kit/storage'), await packTemplate(folder.path), [...right, ...wrong]);
  let same = 0;
  for (const [i, tar] of [...right, ...wrong].entries()) {
    const [ourDirectory, theirDirectory] = [`our${i}`, `their${i}`];
    const ours = await kitwright(folder.path, at('kit'), 'unpack', `x:v${i}`, '-d', ourDirectory);
    assert.notEqual(ours.code, 1, ours.stderr);
    if (ours.code !== 0) {
      assert.match(ours.stderr, /kit-malformed|unpack-refused/);
      assert.deepEqual(
        treeOf(at(ourDirectory)).filter((line) => !line.startsWith('Kitfile ')),
        [],
      );
      continue;
    }
    assert.ok(pathsIn(tar), `tar ${i}`);
    succeed(await kit(folder.path, at('kit'), 'unpack', `x:v${i}`, '-d', theirDirectory));
    assert.deepEqual(treeOf(at(ourDirectory)), treeOf(at(theirDirectory)), `tar ${i}`);
    same++;
  }
  assert.ok(same > 10, `${same} tars became files`);
});
