import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runHosted } from '../support/runHosted.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import type { GoldenCase } from './goldenCase.ts';
import { makeTree, withUmask } from './makeTree.ts';
import { checkExit } from './runPack.ts';

/** Runs an init case and compares the Kitfile that is written, or printed, and the messages. */
export async function runInitCase(golden: GoldenCase): Promise<void> {
  using folder = temporaryFolder();
  const dir = folder.path;
  withUmask(golden.umask, () => {
    mkdirSync(join(dir, 'home'), { recursive: true });
    makeTree(join(dir, 'ctx'), golden.tree ?? []);
  });
  const result = await runHosted(
    ['--config', join(dir, 'home'), 'init', golden.contextArg ?? 'ctx', ...(golden.args ?? [])],
    {
      cwd: golden.cwd ? join(dir, golden.cwd) : dir,
      env: { HOME: join(dir, 'home'), KITWRIGHT_PROGRESS: 'none', ...golden.env },
    },
  );
  const before = golden.tree?.find(({ path }) => path === 'Kitfile')?.text;
  const out = join(dir, 'ctx', 'Kitfile');
  checkExit(result, golden.expect);
  if (golden.kitwrightDiffers) return;
  if (golden.expect.exit !== 0) return void assert.equal(readFileSync(out, 'utf8'), before);
  assert.equal(result.stdout, golden.expect.stdout);
  assert.equal(result.stderr, '');
  if (golden.kitfileOut === '-') assert.equal(existsSync(out), false);
  else assert.equal(readFileSync(out, 'utf8'), golden.expect.kitfile);
}
