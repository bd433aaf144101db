import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Capability, capabilities } from '../../core/create-kitwright-plugin/capabilities.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { defects } from './defects.ts';
import { openWorkshop } from './workshop.ts';

const folder = temporaryFolder();
after(() => folder[Symbol.dispose]());
const workshop = await openWorkshop(folder.path);

describe('each template, with packed packages', { concurrency: availableParallelism() }, () => {
  for (const capability of Object.keys(capabilities) as readonly Capability[])
    for (const language of ['ts', 'js'])
      test(`${capability} in ${language}`, async () => {
        const name = `${capability.toLowerCase()}-${language}`;
        await succeed(workshop.create(name, '--capability', capability, '--language', language));
        await succeed(workshop.npm(name, 'test'));
        if (language === 'ts') await succeed(workshop.npm(name, 'run', 'build'));
        await succeed(workshop.node(name, '--input-type=module', '--eval', published(`kitwright-plugin-${name}`)));
        // One language is enough: the code is the same.
        if (language === 'js') await findsDefect(name, capability);
      });
});

async function succeed(ended: ReturnType<typeof workshop.npm>): Promise<void> {
  const { code, output } = await ended;
  assert.equal(code, 0, output);
}

/** As who installs it imports it: by its name, so through its `exports`. */
function published(name: string): string {
  return `import plugin from '${name}';
    const { name, apiVersion } = plugin();
    if (name !== '${name}' || apiVersion !== 1) throw new Error(name);`;
}

/** A suite that cannot fail would be worth nothing. */
async function findsDefect(name: string, capability: Capability): Promise<void> {
  const { file, from, to } = defects[capability];
  const path = join(workshop.path, name, 'src', `${file}.js`);
  const text = readFileSync(path, 'utf8');
  assert.ok(text.includes(from), `${capability}: ${from}`);
  writeFileSync(path, text.replace(from, to));
  const { code, output } = await workshop.npm(name, 'test');
  assert.equal(code, 1, `the suite passes with a defect: ${to}`);
  assert.match(output, /fail [1-9]/);
}
