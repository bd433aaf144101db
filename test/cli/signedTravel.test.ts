import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const env = { KITWRIGHT_PLAIN_HTTP: '1', COSIGN_PASSWORD: '' };

for (const [kind, family] of [['with the API'], ['without the API', 'distribution']] as const)
  test(`a kit that was signed verifies after a registry ${kind}, an archive and another store`, async () => {
    using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', m: 'weights' });
    await using registry = await startRegistry(family ? { family } : {});
    const remote = `${registry.host}/team/x:v1`;
    const run = async (home: string, ...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await runHosted(['--config', join(project.path, home), ...args], {
        cwd: project.path,
        env,
      });
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
      return stdout;
    };
    await run('first', 'pack', 'project', '-t', 'x:v1');
    await run('first', 'generate-key-pair');
    await run('first', 'sign', 'x:v1', '--key', 'cosign.key');
    await run('first', 'push', 'x:v1', remote);
    await run('second', 'pull', remote);
    await run('second', 'copy', `store:${remote}`, 'archive:x.tar:v1');
    await run('third', 'pull', 'archive:x.tar:v1');
    for (const place of [remote, 'archive:x.tar:v1', 'x:v1'])
      assert.match(await run('third', 'verify', place, '--key', 'cosign.pub'), /\(bundle\)\n.*\(legacy\)/, place);
    await run('third', 'store', 'check');
  });
