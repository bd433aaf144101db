import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { runHosted } from '../support/runHosted.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import type { GoldenCase, SnapshotEntry, Step } from './goldenCase.ts';
import { makeTree, withUmask } from './makeTree.ts';
import { checkExit } from './runPack.ts';

/** Runs the steps of a cli case in one folder and compares what each prints and leaves. */
export async function runSteps(golden: GoldenCase): Promise<void> {
  using folder = temporaryFolder();
  const dir = realpathSync(folder.path);
  const manifests: string[] = [];
  withUmask(golden.umask, () => {
    makeTree(dir, golden.tree ?? []);
    mkdirSync(join(dir, 'home'), { recursive: true });
  });
  for (const step of golden.steps ?? []) {
    const args = step.args.map((arg) =>
      arg.replaceAll('<dir>', dir).replace(/<manifest:(\d+)>/g, (_, n: string) => manifests[Number(n) - 1] ?? ''),
    );
    const umask = Number.parseInt(golden.umask ?? '0022', 8);
    const cwd = step.cwd ? join(dir, step.cwd) : dir;
    const result = await runHosted(['--config', join(dir, 'home'), ...args], {
      cwd,
      env: { HOME: join(dir, 'home'), KITWRIGHT_PROGRESS: 'none', ...golden.env },
      stdin: step.stdin,
      umask,
    });
    const saved = /Model saved: (\S+)/.exec(result.stdout)?.[1];
    if (args[0] === 'pack' && saved && !manifests.includes(saved)) manifests.push(saved);
    assert.doesNotMatch(result.stderr, /internal-error/);
    if (golden.kitwrightDiffers) continue;
    checkExit(result, step.expect);
    if (step.setup) continue;
    if (step.expect.stderr_matches === undefined) assert.equal(result.stderr, '', `step ${args.join(' ')}`);
    compareStdout(mask(result.stdout, dir, manifests), step);
    if (step.snapshot !== undefined && step.expect.tree)
      assert.deepEqual(snapshot(join(dir, step.snapshot)), step.expect.tree);
  }
}

function compareStdout(actual: string, step: Step): void {
  const expected = step.expect.stdout ?? '';
  if (step.format === 'json' && step.expect.exit === 0) {
    assert.deepEqual(withoutCreated(JSON.parse(actual)), withoutCreated(JSON.parse(expected)));
    assert.deepEqual(Object.keys(JSON.parse(actual) as object), Object.keys(JSON.parse(expected) as object));
  } else if (step.sortLines) assert.deepEqual(actual.split('\n').sort(), expected.split('\n').sort());
  else assert.equal(actual, expected);
}

/** Without a clock the creation time is left out. */
function withoutCreated(json: unknown): unknown {
  return JSON.parse(
    JSON.stringify(json, (key, value: unknown) => (key === 'org.opencontainers.image.created' ? undefined : value)),
  );
}

/** Replaces text that differs from run to run, as the golden README describes. */
function mask(text: string, dir: string, manifests: readonly string[]): string {
  const masked = manifests.reduce(
    (result, digest, i) => result.replaceAll(digest, `<manifest:${i + 1}>`),
    text.replaceAll(dir, '<dir>'),
  );
  return masked
    .replace(/^(Version|Commit|Built|Go version): .*$/gm, '$1: <build>')
    .replace(/"cliVersion": "[^"]*"/, '"cliVersion": "<cli-version>"')
    .replace(/"ml\.kitops\.modelkit\.cli-version": "[^"]*"/, '"ml.kitops.modelkit.cli-version": "<cli-version>"')
    .replace(/^ {2}Annotations (are identical|does not match) ?$/gm, '  <annotations>');
}

function snapshot(root: string, below = ''): readonly SnapshotEntry[] {
  return readdirSync(join(root, below))
    .sort()
    .flatMap((name) => {
      const path = below ? `${below}/${name}` : name;
      const stats = lstatSync(join(root, path));
      const mode = `0${(stats.mode & 0o777).toString(8).padStart(3, '0')}`;
      if (stats.isDirectory()) return [{ path, type: 'dir', mode }, ...snapshot(root, path)];
      const bytes = readFileSync(join(root, path));
      const content =
        name === 'Kitfile' ? { text: bytes.toString() } : { sha256: createHash('sha256').update(bytes).digest('hex') };
      return [{ path, type: 'file', mode, size: stats.size, ...content }];
    });
}
