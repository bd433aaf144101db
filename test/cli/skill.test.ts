import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

const skillText = '---\nname: My Skill\ndescription: d\n---\nhello\n';
const files = {
  Kitfile: 'manifestVersion: 1.0.0\nprompts: [{path: skills/one/}, {path: b.prompt}]\n',
  'skills/one/SKILL.md': skillText,
  'skills/one/more/a.txt': 'a',
  'b.prompt': 'hi',
};

const packed = async (): Promise<Project> => {
  const project = createProject(files);
  assert.equal((await project.run('pack', 'project', '-t', 'team/x:v1')).code, 0);
  return project;
};

test('prompts with a SKILL.md become skills of a project, the others are named', async () => {
  using project = await packed();
  const { code, stdout } = await project.run('unpack', '--as-skill=codex,goose', 'team/x:v1', '-d', 'out');
  assert.equal(code, 0);
  assert.match(stdout, /Skipping prompt "b.prompt": not a SKILL.md/);
  for (const folder of ['.agents', '.goose']) {
    assert.equal(readFileSync(join(project.path, `out/${folder}/skills/my-skill/SKILL.md`), 'utf8'), skillText);
    assert.equal(readFileSync(join(project.path, `out/${folder}/skills/my-skill/more/a.txt`), 'utf8'), 'a');
  }
  assert.ok(!existsSync(join(project.path, 'out/Kitfile')));
});

test('without a list, the agents that are installed get the skills, below the home directory', async () => {
  using project = await packed();
  assert.equal((await project.run('unpack', '--as-skill', 'team/x:v1')).code, 2);
  mkdirSync(join(project.path, '.claude'));
  const { code, stdout } = await project.run('unpack', '--as-skill', 'team/x:v1');
  assert.equal(code, 0);
  assert.match(stdout, /^Detected installed agents: claude-code\n/);
  assert.match(stdout, /Installed skill 'my-skill' for claude-code → /);
  assert.ok(existsSync(join(project.path, '.claude/skills/my-skill/SKILL.md')));
});

test('for an existing skill the install is refused, or the skill is kept or replaced as a whole', async () => {
  using project = await packed();
  const old = join(project.path, 'out/.agents/skills/my-skill');
  mkdirSync(old, { recursive: true });
  writeFileSync(join(old, 'old.txt'), 'old');
  const run = (...flags: readonly string[]) =>
    project.run('unpack', 'team/x:v1', '-d', 'out', '--as-skill=codex,goose', ...flags);
  const refused = await run();
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /unpack-exists/);
  assert.ok(existsSync(join(project.path, 'out/.goose/skills/my-skill/SKILL.md')), 'the other agent got it');
  assert.match((await run('-i')).stdout, /Skipped skill 'my-skill' for codex/);
  assert.ok(existsSync(join(old, 'old.txt')));
  assert.equal((await run('-o')).code, 0);
  assert.ok(existsSync(join(old, 'SKILL.md')) && !existsSync(join(old, 'old.txt')));
});

test('replacing a link replaces the link, not its target', async () => {
  using project = await packed();
  mkdirSync(join(project.path, 'elsewhere'));
  mkdirSync(join(project.path, 'out/.agents/skills'), { recursive: true });
  symlinkSync(join(project.path, 'elsewhere'), join(project.path, 'out/.agents/skills/my-skill'));
  assert.equal((await project.run('unpack', 'team/x:v1', '-d', 'out', '--as-skill=codex', '-o')).code, 0);
  assert.ok(!existsSync(join(project.path, 'elsewhere/SKILL.md')));
});

test('a filter chooses prompts; if none is a skill, there is a message', async () => {
  using project = await packed();
  const only = await project.run('unpack', 'team/x:v1', '-d', 'out', '--as-skill=codex', '-f', 'prompts:b.prompt');
  assert.equal(only.code, 0);
  assert.match(only.stdout, /No agent skills found/);
  const none = await project.run('unpack', 'team/x:v1', '-d', 'out', '--as-skill=codex', '-f', 'model');
  assert.match(none.stdout, /No prompt layers matched/);
});

test('`kitwright skill` teaches agents to use kitwright', async () => {
  using project = createProject({});
  assert.equal((await project.run('skill', '--agents', 'claude-code,codex', '-d', '.')).code, 0);
  const path = join(project.path, '.claude/skills/kitwright/SKILL.md');
  assert.match(readFileSync(path, 'utf8'), /^---\nname: kitwright\n/);
  assert.equal((await project.run('skill', '--agents', 'claude-code', '-d', '.')).code, 1);
  const again = await project.run('--json', 'skill', '--agents', 'claude-code', '-d', '.', '-o');
  assert.deepEqual(
    JSON.parse(again.stdout).agents.map(({ outcome }: { outcome: string }) => outcome),
    ['installed'],
  );
});
