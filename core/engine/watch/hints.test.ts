import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileHints, type Hints } from './hints.ts';

/** The next hint. */
const hintOf = (hints: Hints): Promise<void> => new Promise((resolve) => hints.onHint(resolve));

/** Repeats an action until a hint comes: a new directory is watched only a moment after it was made. */
const untilHinted = async (hints: Hints, action: () => void): Promise<void> => {
  const hinted = hintOf(hints);
  const repeated = setInterval(action, 20);
  await hinted.finally(() => clearInterval(repeated));
};

const withDirectory = async (check: (directory: string) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'kitwright-hints-'));
  try {
    await check(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

test('changes of files in old and new directories give hints, but only after the start', () =>
  withDirectory(async (directory) => {
    mkdirSync(join(directory, 'a/b'), { recursive: true });
    await using hints = fileHints(directory, (error) => assert.fail(String(error)));
    await hintOf(hints);
    assert.ok(hints.working());
    let n = 0;
    for (const folder of ['.', 'a', 'a/b', 'new', 'new/deep', 'a/b']) {
      mkdirSync(join(directory, folder), { recursive: true });
      await untilHinted(hints, () => writeFileSync(join(directory, folder, 'f'), `${n++}`));
    }
  }));

/** More hints than one change gives. */
const manyHints = 20;

const changes: Readonly<Record<string, (at: (name: string) => string) => void>> = {
  'is made anew': (at) => rmSync(at('a'), { recursive: true }),
  'is moved away and made anew': (at) => renameSync(at('a'), at('z')),
};

for (const [what, change] of Object.entries(changes)) {
  test(`a directory that ${what} still gives hints, and so do its entries`, () =>
    withDirectory(async (directory) => {
      const at = (name: string) => join(directory, name);
      mkdirSync(at('a/b'), { recursive: true });
      await using hints = fileHints(directory, (error) => assert.fail(String(error)));
      await hintOf(hints);
      change(at);
      mkdirSync(at('a/b'), { recursive: true });
      for (const folder of ['a', 'a/b'])
        for (let i = 0; i < manyHints; i++) await untilHinted(hints, () => writeFileSync(at(`${folder}/f`), `${i}`));
    }));
}

test('a root that does not exist, or is removed, gives no hints and no failure', () =>
  withDirectory(async (directory) => {
    await using missing = fileHints(join(directory, 'missing'), (error) => assert.fail(String(error)));
    await hintOf(missing);
    const root = join(directory, 'root');
    mkdirSync(root);
    await using hints = fileHints(root, (error) => assert.fail(String(error)));
    await hintOf(hints);
    const gone = hintOf(hints);
    rmSync(root, { recursive: true });
    await gone;
  }));
