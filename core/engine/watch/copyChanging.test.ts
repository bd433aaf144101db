import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readFingerprint } from '../files/fingerprint.ts';
import type { Readiness } from '../host/capabilities.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { Plan } from '../host/nouns.ts';
import { copyChanging } from './copyChanging.ts';

/** Copies the file `d/w`, after `change` was called: the plan is older. */
const copyW = async (
  t: TestContext,
  change: (path: string) => void,
  formats: readonly Readiness[] = [],
  onPause: (path: string, ms: number) => void = () => undefined,
) => {
  const root = mkdtempSync(join(tmpdir(), 'kitwright-copy-'));
  t.after(() => rmSync(root, { recursive: true }));
  const path = join(root, 'd', 'w');
  const folder = join(root, 'copies');
  for (const directory of [folder, join(root, 'd')]) mkdirSync(directory);
  writeFileSync(path, 'as the scan saw it');
  const fingerprint = readFingerprint(path);
  assert.ok(fingerprint);
  const entry = { id: 'model', clean: '.' } as Plan['layers'][number]['entry'];
  const plan: Plan = {
    directory: root,
    kitfile: {},
    layers: [{ entry, files: [{ path: 'd/w', type: 'file', fingerprint }] }],
  };
  change(path);
  const capabilities = { all: () => formats, pluginOf: () => undefined } as unknown as CapabilitySet;
  const pause = async (ms: number) => onPause(path, ms);
  const copied = await copyChanging(plan, {
    isWanted: () => true,
    growsOnly: () => false,
    capabilities,
    pause,
    folder,
  });
  return { copied, file: copied.plan.layers[0]?.files[0], folder };
};

test('the copy is one version of the file, and is removed when the build has ended', async (t) => {
  const { copied, file } = await copyW(t, (path) => writeFileSync(path, 'newer'));
  const copy = file?.copy?.path ?? '';
  assert.equal(readFileSync(copy, 'utf8'), 'newer');
  assert.deepEqual([file?.fingerprint.size, copied.odd], [5, []]);
  copied[Symbol.dispose]();
  assert.equal(existsSync(copy), false);
});

test('a file that is empty or does not look complete in every try is copied, and named with the reason', async (t) => {
  const empty = await copyW(t, (path) => writeFileSync(path, ''));
  assert.deepEqual(empty.copied.odd, [{ path: 'd/w', reason: 'it was empty when it was read' }]);
  const format: Readiness = {
    id: 'x',
    matches: () => true,
    check: () => ({ state: 'not-yet', reason: 'half', retryAfter: 1 }),
  };
  const half = await copyW(t, (path) => writeFileSync(path, 'ha'), [format]);
  assert.deepEqual(half.copied.odd, [{ path: 'd/w', reason: 'half' }]);
});

test('a writer that was stopped in the middle gets time to go on: what it wrote then is copied', async (t) => {
  const pauses: number[] = [];
  const { copied, file } = await copyW(
    t,
    (path) => writeFileSync(path, ''),
    [],
    (path, ms) => {
      if (pauses.push(ms) === 5) writeFileSync(path, 'whole');
    },
  );
  assert.equal(readFileSync(file?.copy?.path ?? '', 'utf8'), 'whole');
  assert.deepEqual([pauses, copied.odd], [[1, 2, 4, 8, 16], []]);
});

for (const [what, change] of [
  ['vanished', (path: string) => rmSync(path)],
  [
    'became a link',
    (path: string) => {
      rmSync(path);
      symlinkSync('/etc/hostname', path);
    },
  ],
  [
    'lies behind a link in the place of its directory',
    (path: string) => {
      renameSync(dirname(path), `${dirname(path)}.real`);
      symlinkSync(`${dirname(path)}.real`, dirname(path));
    },
  ],
  [
    'became a pipe',
    (path: string) => {
      rmSync(path);
      execFileSync('mkfifo', [path]);
    },
  ],
] as const)
  test(`a file that ${what}, after the scan, is left out`, async (t) => {
    const { file, copied, folder } = await copyW(t, change);
    assert.equal(file, undefined);
    copied[Symbol.dispose]();
    assert.deepEqual(readdirSync(folder), []);
  });

test('a file of zeros takes no more of the disk as a copy', async (t) => {
  const { file } = await copyW(t, (path) => {
    writeFileSync(path, 'begins');
    truncateSync(path, 32 * 1024 * 1024 + 5);
  });
  const { size, blocks } = statSync(file?.copy?.path ?? '');
  assert.equal(size, 32 * 1024 * 1024 + 5);
  assert.ok(blocks * 512 < size / 2, `${blocks} blocks`);
});
