import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, digestIn } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { startDistribution } from './distribution.ts';
import { succeed } from './peer.ts';

const { CRANE: crane = '', REGISTRY3: registry3 = '' } = process.env;

test('crane reads what we pushed, and we read what crane copied', {
  skip: !(crane && registry3) && 'crane or a registry is not here',
}, async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', m: randomBytes(3_000_000) });
  await using registry = await startDistribution(registry3, join(project.path, 'registry'));
  const name = `${registry.host}/a/b`;
  const run = async (...args: readonly string[]) =>
    succeed(await runCli(['--insecure', ...args], { cwd: project.path, command: crane })).stdout;
  const digest = digestIn(await project.run('pack', 'project', '-t', `${name}:v1`));
  succeed(await project.run('push', `${name}:v1`, '--plain-http'));
  assert.equal((await run('digest', `${name}:v1`)).trim(), digest);
  assert.equal((await run('ls', name)).trim(), 'v1');
  await run('copy', `${name}:v1`, `${registry.host}/c/d:v2`);
  succeed(await project.run('unpack', `${registry.host}/c/d:v2`, '-d', 'out', '--plain-http'));
  await run('tag', `${name}:v1`, 'v3');
  assert.match((await project.run('list', name, '--plain-http')).stdout, /\bv3\b/);
});
