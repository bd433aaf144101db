import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

test('init lists in one line the files that it leaves out, and those that are packed all the same', async () => {
  const junk = ['.DS_Store', '.env', '.git/config', '.idea/x', '.venv/bin/python', 'node_modules/n/i.js', 'Thumbs.db'];
  using project = createProject({
    'model.gguf': 'w',
    'src/a.py': 'a',
    'src/.env': 's',
    ...Object.fromEntries(junk.map((name) => [name, 'x'])),
  });
  const { code, stdout, stderr } = await project.run('init', 'project');
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /DS_Store|\.env|\.git|\.idea|\.venv|node_modules|Thumbs/);
  assert.equal(
    stderr,
    '[WARN ] Left out of the Kitfile: 7 (.DS_Store, .env, Thumbs.db, .git/, .idea/ and 2 more). ' +
      'Still in directories that are packed whole: 1 (src/.env). Name them in .kitignore to leave them out.\n',
  );
});

test('init prints no such line if nothing is left out', async () => {
  using project = createProject({ 'model.gguf': 'w', '.gitignore': 'x', '.kitignore': '*.tmp\n' });
  const { stdout, stderr } = await project.run('init', 'project');
  assert.equal(stderr, '');
  assert.match(stdout, /code:\n {2}- path: \.gitignore\nSaved/);
});
