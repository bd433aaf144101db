import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Capability } from '../../core/create-kitwright-plugin/capabilities.ts';
import { defects } from './defects.ts';
import type { Workshop } from './workshop.ts';

/** Makes a plugin as its author does, tests, builds and imports it; its suite must find a defect. */
export async function checkTemplate(workshop: Workshop, capability: Capability, language: 'ts' | 'js'): Promise<void> {
  const name = `${capability.toLowerCase()}-${language}`;
  await succeed(workshop.create(name, '--capability', capability, '--language', language));
  await succeed(workshop.npm(name, 'test'));
  if (language === 'ts') await succeed(workshop.npm(name, 'run', 'build'));
  await succeed(workshop.node(name, '--input-type=module', '--eval', published(`kitwright-plugin-${name}`)));
  // One language is enough: the code is the same.
  if (language === 'js') await findsDefect(workshop, name, capability);
}

async function succeed(ended: ReturnType<Workshop['npm']>): Promise<void> {
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
async function findsDefect(workshop: Workshop, name: string, capability: Capability): Promise<void> {
  const { file, from, to } = defects[capability];
  const path = join(workshop.path, name, 'src', `${file}.js`);
  const text = readFileSync(path, 'utf8');
  assert.ok(text.includes(from), `${capability}: ${from}`);
  writeFileSync(path, text.replace(from, to));
  const { code, output } = await workshop.npm(name, 'test');
  assert.equal(code, 1, `the suite passes with a defect: ${to}`);
  assert.match(output, /fail [1-9]/);
}
