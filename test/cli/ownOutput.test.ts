import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';

test('a watch whose output goes into the directory makes no kit for each of its own lines', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: .}]\n', 'a.py': '1' });
  const watch = `'${nodePath}' '${cliPath}' watch . -t x -- sleep 2 > out.txt 2>&1`;
  const { code } = await runCli(['-c', watch], { cwd: join(project.path, 'project'), command: 'sh' });
  const lines = readFileSync(join(project.path, 'project/out.txt'), 'utf8');
  assert.equal(code, 0, lines);
  assert.equal(lines.match(/^kit \d/gm)?.length, 2, 'the first kit, and the one at the end');
});
