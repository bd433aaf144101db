import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliResult } from '../support/runCli.ts';
import { runHosted } from '../support/runHosted.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import type { ExpectedLayer, GoldenCase } from './goldenCase.ts';
import { makeTree, withUmask } from './makeTree.ts';

/** Exit code and message: kit knows only 0 and 1, and on a warning it exits with 0. */
export function checkExit(
  result: CliResult,
  expect: { readonly exit: number; readonly stderr_matches?: string },
): void {
  if (expect.exit === 0) assert.equal(result.code, 0, result.stderr);
  else assert.ok(result.code !== 0 && result.code !== null, `it must fail, but said: ${result.stdout}`);
  if (expect.stderr_matches !== undefined) assert.match(result.stderr, new RegExp(expect.stderr_matches, 'is'));
}

/**
 * Runs a pack case and compares layers, config and manifest. Cases that differ on purpose need only keep their data or
 * refuse.
 */
export async function runPackCase(golden: GoldenCase): Promise<void> {
  using folder = temporaryFolder();
  prepare(folder.path, golden);
  await packBefore(folder.path, golden);
  const result = await pack(folder.path, golden);
  assert.doesNotMatch(result.stderr, /internal-error/);
  if (golden.kitwrightDiffers) return;
  checkExit(result, golden.expect);
  if (golden.expect.exit !== 0) return;
  const digest = /Model saved: (\S+)/.exec(result.stdout)?.[1] ?? '';
  const stored = readStored(join(folder.path, 'home/store'), digest);
  checkLayers(stored, golden);
  checkConfig(stored, golden);
  checkManifest(stored, golden);
}

function prepare(dir: string, golden: GoldenCase): void {
  withUmask(golden.umask, () => {
    mkdirSync(join(dir, 'home'), { recursive: true });
    makeTree(join(dir, 'ctx'), golden.tree ?? []);
    const kitfile = golden.kitfileBase64 === undefined ? golden.kitfile : Buffer.from(golden.kitfileBase64, 'base64');
    const at = golden.kitfileAt ?? 'Kitfile';
    if (kitfile !== undefined && at !== '-') {
      const path = join(dir, 'ctx', at);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, kitfile);
    }
    const ignore =
      golden.kitignoreBase64 === undefined ? golden.kitignore : Buffer.from(golden.kitignoreBase64, 'base64');
    if (ignore !== undefined) writeFileSync(join(dir, 'ctx', '.kitignore'), ignore);
  });
}

async function packBefore(dir: string, golden: GoldenCase): Promise<void> {
  for (const [i, kit] of (golden.before ?? []).entries()) {
    withUmask(golden.umask, () => {
      makeTree(join(dir, `before${i}`), kit.tree);
      writeFileSync(join(dir, `before${i}`, 'Kitfile'), kit.kitfile);
    });
    const result = await runHosted(['--config', join(dir, 'home'), 'pack', `before${i}`, '-t', kit.tag], {
      cwd: dir,
      umask: umaskOf(golden),
    });
    assert.equal(result.code, 0, result.stderr);
  }
}

function umaskOf({ umask }: GoldenCase): number {
  return Number.parseInt(umask ?? '0022', 8);
}

function pack(dir: string, golden: GoldenCase): Promise<CliResult> {
  const file = golden.fileFlag?.replaceAll('<dir>', dir);
  const args = [
    ...['--config', join(dir, 'home'), 'pack', golden.contextArg ?? 'ctx'],
    ...(file === undefined ? [] : ['-f', file]),
    ...(golden.noTag ? [] : ['-t', golden.tag ?? 'golden/case:v1']),
    ...(golden.args ?? []),
  ];
  const stdin = golden.kitfileAt === '-' ? golden.kitfile : undefined;
  return runHosted(args, {
    cwd: golden.cwd ? join(dir, golden.cwd) : dir,
    env: { HOME: join(dir, 'home'), KITWRIGHT_PROGRESS: 'none', ...golden.env },
    umask: umaskOf(golden),
    stdin,
  });
}

interface StoredKit {
  readonly manifest: {
    readonly config: { readonly digest: string; readonly mediaType: string };
    readonly layers: readonly ExpectedLayer[] | null;
  } & Record<string, unknown>;
  readonly config: string;
}

function readStored(store: string, digest: string): StoredKit {
  const manifest = JSON.parse(blob(store, digest)) as StoredKit['manifest'];
  return { manifest, config: blob(store, manifest.config.digest) };
}

function blob(store: string, digest: string): string {
  return readFileSync(join(store, 'blobs/sha256', digest.slice(7)), 'utf8');
}

function checkLayers(stored: StoredKit, golden: GoldenCase): void {
  const layers = stored.manifest.layers ?? [];
  const expected = golden.expect.layers ?? [];
  assert.equal(layers.length, expected.length);
  expected.forEach((layer, i) => {
    const found = layers[i];
    assert.equal(found?.mediaType, layer.mediaType);
    assert.deepEqual(found.annotations, layer.annotations);
    if (!layer.compressed)
      assert.deepEqual({ digest: found.digest, size: found.size }, { digest: layer.digest, size: layer.size });
  });
}

function checkConfig(stored: StoredKit, golden: GoldenCase): void {
  const { config, layers = [] } = golden.expect;
  if (!config) return;
  assert.equal(stored.manifest.config.mediaType, config.mediaType);
  if (config.volatile) {
    const json = JSON.parse(stored.config.replace(/"createdAt":"[^"]*"/, '"createdAt":"<created>"')) as unknown;
    assert.deepEqual(json, config.json);
  } else if (layers.some(({ compressed }) => compressed))
    assert.deepEqual(diffIds(stored.config), diffIds(config.bytes ?? ''));
  else assert.equal(stored.config, config.bytes);
}

function diffIds(text: string): readonly string[] {
  return [...text.matchAll(/"diffI[dD]s?":(?:"([^"]+)"|\[([^\]]*)\])/g)].map((match) => match[0]);
}

function checkManifest(stored: StoredKit, golden: GoldenCase): void {
  const expected = golden.expect.manifest;
  if (!expected) return;
  assert.deepEqual(Object.keys(stored.manifest), Object.keys(expected));
  assert.equal(stored.manifest['artifactType'], expected['artifactType']);
  if (golden.expect.layers?.length === 0) assert.equal(stored.manifest.layers, expected['layers']);
}
