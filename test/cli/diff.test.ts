import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

const files = {
  Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: src\ndocs:\n  - path: r.md\n',
  'src/a.py': 'a',
  'src/b.py': 'b',
  'src/c.py': 'c',
  'src/\u001b[31m.py': 'x',
  'r.md': 'r',
};

for (const compression of ['none', 'gzip'])
  test(`diff --files names the files that differ inside layers (${compression})`, async () => {
    using project = createProject(files);
    const pack = (tag: string) => project.run('pack', 'project', '-t', tag, '--compression', compression);
    await pack('a:1');
    project.write({ 'src/b.py': 'B', 'src/new.py': 'n', 'src/\u001b[31m.py': 'y' });
    chmodSync(join(project.directory, 'src/c.py'), 0o755);
    await pack('a:2');
    const shown = await project.run('diff', 'a:1', 'a:2', '--files');
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /\nFiles\n-{39}\n~ src\/\S*31m\.py\n~ src\/b\.py\nm src\/c\.py\n\+ src\/new\.py\n\n$/);
    const json = JSON.parse((await project.run('diff', 'a:2', 'a:1', '--files', '--json')).stdout) as {
      readonly files: readonly { readonly path: string; readonly change: string }[];
    };
    assert.deepEqual(json.files.find(({ path }) => path === 'src/new.py')?.change, 'removed');
    assert.doesNotMatch(shown.stdout, /\nFiles[\s\S]*r\.md/);
  });
