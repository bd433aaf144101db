import assert from 'node:assert/strict';
import { type ImportSource, KitwrightError } from '@kitwright/core/plugin';
import { requireMeans } from '../suite/Bench.ts';
import { assertSentence, hostileTexts } from '../suite/hostile.ts';
import { rejectionOf } from '../suite/rejection.ts';
import { type ImportCase, importCase } from './ImportBench.ts';

/** Whose location it is, and what is there. */
export const listingCases: readonly ImportCase[] = [
  importCase('matches: knows its location, and says so again', async ({ made: { importer, location } }) => {
    for (let i = 0; i < 3; i++) assert.equal(importer.matches(location), true);
  }),
  importCase(
    'matches: leaves others their locations, whatever they are',
    async ({ made: { importer, others = [] } }) => {
      for (const text of others) assert.equal(importer.matches(text), false, `it takes ${text}`);
      for (const text of hostileTexts) assert.equal(typeof importer.matches(text), 'boolean');
      assert.equal(importer.matches(''), false, 'it takes an empty location');
    },
  ),
  importCase('repositoryOf: gives owner and name, or is usage', async ({ made: { importer, location } }) => {
    const name = /^[^/\s]+\/[^/\s]+$/;
    assert.match(importer.repositoryOf(location), name);
    for (const text of hostileTexts) {
      const found = nameOrUsage(() => importer.repositoryOf(text));
      if (found !== undefined) assert.match(found, name, `a name for ${JSON.stringify(text.slice(0, 40))}`);
    }
  }),
  importCase(
    'open: lists each file once, with its size, at a commit',
    async ({ open, made: { files, location, importer } }) => {
      const source = await open();
      const sizes = Object.entries(files).map(([path, bytes]) => ({ path, size: Buffer.byteLength(bytes) }));
      assert.deepEqual(sorted(source.files.map(({ path, size }) => ({ path, size }))), sorted(sizes));
      if (source.commit !== undefined)
        assert.match(source.commit, /^[0-9a-f]{40}$|^[0-9a-f]{64}$/, 'it is at no commit');
      else
        assert.ok(Object.keys(source.annotations ?? {}).length, 'neither a commit nor anything else names the version');
      assert.equal(source.repository, importer.repositoryOf(location));
      assert.doesNotMatch(source.uri, /:\/\/[^/]*@/, 'its address holds a login');
    },
  ),
  importCase('open: says the same again', async ({ open }) => {
    const [one, two] = [await open(), await open()];
    assert.equal(versionOf(one), versionOf(two));
    assert.deepEqual(sorted(one.files), sorted(two.files));
  }),
  importCase('open: what is not there is an error with a code', async ({ open, made }) => {
    await assertRefused(
      () => open({ location: requireMeans(made.missing, 'missing') }),
      'a repository that is missing',
    );
  }),
  importCase('open: a revision that is not there is an error with a code', async ({ open }) => {
    for (const revision of ['no-such-branch', '0'.repeat(40), '--upload-pack=touch', '../../etc'])
      await assertRefused(() => open({ revision }), `the revision ${revision}`);
  }),
  importCase('read: gives the beginning of a file', async ({ open, made: { files } }) => {
    const source = await open();
    for (const [path, bytes] of Object.entries(files)) {
      const start = Buffer.from(await source.read(path));
      assert.ok(start.byteLength > 0 || bytes.length === 0, `${path}: it gives nothing`);
      assert.ok(start.byteLength <= 16 * 1024 * 1024, `${path}: it gives ${start.byteLength} bytes`);
      assert.ok(start.equals(Buffer.from(bytes).subarray(0, start.byteLength)), `${path}: it gives other bytes`);
    }
  }),
  importCase('read: a file that is not there is an error', async ({ open }) => {
    const source = await open();
    await rejectionOf(() => source.read('no such file'), 'a file that is not there');
  }),
];

export async function assertRefused(work: () => unknown, what: string): Promise<void> {
  const error = await rejectionOf(work, what);
  assert.ok(error instanceof KitwrightError, `${what}: it fails with no error of Kitwright: ${error.message}`);
  assertSentence(error, what);
}

/** What names the version of all files. */
export function versionOf({ commit, annotations }: ImportSource): string {
  return commit ?? JSON.stringify(annotations);
}

function nameOrUsage(work: () => string): string | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof KitwrightError && error.code === 'usage', `it fails with ${String(error)}`);
    return undefined;
  }
}

function sorted<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
