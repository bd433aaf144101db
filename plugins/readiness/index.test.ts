import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { PluginContext } from '@kitwright/core/plugin';
import { readiness } from './index.ts';

test('every file format and checkpoint format of this folder is registered', async () => {
  const registered = new Set<unknown>();
  const register = (_: string, capability: unknown) => registered.add(capability);
  readiness().apply({ hooks: {}, register } as unknown as PluginContext);
  const names = readdirSync(import.meta.dirname).filter((name) => /^\w+\.ts$/.test(name));
  const exported = (await Promise.all(names.map((name) => import(`./${name}`)))).flatMap(
    (module: Record<string, unknown>) => Object.values(module),
  );
  const formats = exported.filter((value) => typeof value === 'object' && value !== null && 'id' in value);
  assert.ok(formats.length > 8);
  assert.deepEqual(
    formats.filter((format) => !registered.has(format)),
    [],
  );
});
