import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { sharedProcesses } from './sharedProcesses.ts';
import { temporaryFolder } from './support/temporaryFolder.ts';

test('every file runs once: what changes its process, or looks at it, in its own', () => {
  using folder = temporaryFolder();
  const files = {
    'core/a.test.ts': 'test()',
    'core/b.test.ts': "process.pid; process.env['PATH'] === 'x'; testContext()",
    'core/environment.test.ts': "process.env['HOME'] = 'x'",
    'core/folder.test.ts': "process.chdir('x')",
    'core/variables.test.ts': 'delete process.env[name]',
    'plugins/c.test.ts': 'test()',
    'core/testkit/memory.test.ts': 'test()',
    'plugins/clock.test.ts': "mock.timers.enable({ apis: ['Date'] })",
    'plugins/suite.test.ts': 'testTarget(test, make)',
    'test/crash/kill.test.ts': 'test()',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  }
  const [first = '', second = '', ...own] = sharedProcesses(folder.path, Object.keys(files), 2);
  assert.deepEqual(own, [
    'core/environment.test.ts',
    'core/folder.test.ts',
    'core/variables.test.ts',
    'core/testkit/memory.test.ts',
    'plugins/clock.test.ts',
    'plugins/suite.test.ts',
    'test/crash/kill.test.ts',
  ]);
  const imported = [first, second].map((program) =>
    [...readFileSync(program, 'utf8').matchAll(/'(file:[^']+)'/g)].map(([, url = '']) => basename(url)),
  );
  assert.deepEqual(imported, [['a.test.ts', 'c.test.ts'], ['b.test.ts']]);
});
