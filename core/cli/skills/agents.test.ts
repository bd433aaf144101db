import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { steersTools } from '../../engine/files/steersTools.ts';
import { installedAgents, knownAgents, namedAgents } from './agents.ts';

const folder = (agents: ReturnType<typeof knownAgents>, name: string) => agents.find((agent) => agent.name === name);

test('every agent has a folder of skills for a project and one for the user', () => {
  const agents = knownAgents({ HOME: '/ann' });
  assert.ok(agents.length > 50);
  for (const { project, user } of agents) {
    assert.match(project, /(?:^|\/)skills$/);
    assert.match(user ?? '', /^\/ann\/.*skills$/);
  }
  assert.deepEqual(folder(agents, 'openclaw')?.project, 'skills');
});

test('skills that come with a plain unpack are named as files that steer tools', () => {
  for (const { project } of knownAgents({})) if (project !== 'skills') assert.ok(steersTools(project, 0), project);
});

test('variables of agents and of XDG move the folder of the user', () => {
  const agents = knownAgents({ HOME: '/h', CLAUDE_CONFIG_DIR: '/c', XDG_CONFIG_HOME: '/x', CODEX_HOME: ' ' });
  assert.equal(folder(agents, 'claude-code')?.user, '/c/skills');
  assert.equal(folder(agents, 'goose')?.user, '/x/goose/skills');
  assert.equal(folder(agents, 'codex')?.user, '/h/.codex/skills');
});

test('an agent is installed if its folder is there', () => {
  using home = temporaryFolder();
  assert.throws(() => installedAgents({ HOME: home.path }), { code: 'usage' });
  mkdirSync(join(home.path, '.moltbot'));
  mkdirSync(join(home.path, '.claude'));
  assert.deepEqual(
    installedAgents({ HOME: home.path }).map(({ name }) => name),
    ['claude-code', 'openclaw'],
  );
});

test('agents are named with commas, each once; an unknown one is an error that lists them', () => {
  assert.deepEqual(
    namedAgents('cursor, codex,cursor', {}).map(({ name }) => name),
    ['cursor', 'codex'],
  );
  assert.throws(() => namedAgents('cursor,', {}), { code: 'usage' });
  assert.throws(() => namedAgents('nope', {}), { code: 'usage', hint: /claude-code/ });
});
