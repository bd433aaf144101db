import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steersTools } from './steersTools.ts';

test('what programs obey is known by its name, at any depth and in any case', () => {
  for (const path of [
    'HEAD',
    'deep/HEAD',
    '.git/config',
    'a/.GIT/hooks/x',
    '.npmrc',
    'CLAUDE.md',
    'agents.md',
    '.zshenv',
    '.ssh/authorized_keys',
    'tests/conftest.py',
    '.pre-commit-config.yaml',
    'bunfig.toml',
    'kitwright.config.mjs',
    'kit-lock.json',
    'kitwright-plugins.lock',
    'GIT~1/hooks/pre-commit',
    '.windsurf/rules/x.md',
    '.clinerules',
    '.github/copilot-instructions.md',
    'QWEN.md',
    'opencode.json',
    'jupyter_notebook_config.py',
    '.agents/skills/x/SKILL.md',
    '.devcontainer.json',
    'x.code-workspace',
    'uv.toml',
    'venv/bin/python',
    '.venv/bin/python',
    'a/node_modules/.bin/eslint',
    'wandb/settings',
    '.comet.config',
    '.env',
    'pylintrc',
    'mypy.ini',
    'eslint.config.mjs',
    '.prettierrc.js',
    '.RData',
    'startup.m',
  ])
    assert.equal(steersTools(path, 0o644), true, path);
});

test('other names are none, and programs only at the top', () => {
  for (const path of [
    'HEAD.md',
    'ahead',
    'git/config',
    'claude.md.txt',
    'conftest.pyc',
    'config',
    'a/.gitx',
    'wandb/run',
    'venv.md',
    '.env.md',
    'a.pi',
  ])
    assert.equal(steersTools(path, 0o644), false, path);
  assert.deepEqual([steersTools('run', 0o755), steersTools('bin/run', 0o755)], [true, false]);
});
