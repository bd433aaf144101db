import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { GoldenCase } from './goldenCase.ts';
import { runInitCase } from './runInit.ts';
import { runPackCase } from './runPack.ts';
import { runSteps } from './runSteps.ts';

const root = fileURLToPath(new URL('cases', import.meta.url));

const groups = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const only = process.env['GOLDEN'] ?? '';
let passed = 0;

const run = async (golden: GoldenCase): Promise<void> => {
  const runner = golden.kind === 'cli' ? runSteps : golden.kind === 'init' ? runInitCase : runPackCase;
  await runner(golden);
  passed++;
};

after(() => console.log(`golden: ${passed} cases passed`));

describe('golden', { concurrency: 4 }, () => {
  it('has the whole set', () => assert.ok(groups.length >= 12));
  for (const group of groups) {
    for (const file of readdirSync(`${root}/${group}`).filter((name) => name.endsWith('.json'))) {
      const name = `${group}/${file.slice(0, -5)}`;
      if (!name.includes(only)) continue;
      const golden = JSON.parse(readFileSync(`${root}/${group}/${file}`, 'utf8')) as GoldenCase;
      it(name, () => run(golden));
    }
  }
});
