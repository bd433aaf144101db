import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { makeCertificate, startDistribution } from './distribution.ts';
import { kit, succeed } from './peer.ts';
import { startTokenServer } from './tokenServer.ts';

const { REGISTRY2 = '', REGISTRY3 = '' } = process.env;

for (const [name, binary] of Object.entries({ 'distribution 2.8': REGISTRY2, 'distribution 3.1': REGISTRY3 })) {
  describe(`${name} with tokens of a service`, { skip: !binary && `${name} is not here` }, () => {
    it('tokens are requested once, with all needed scopes; kit uses the same login', async () => {
      using project = createProject({
        Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n',
        m: randomBytes(20_000_000),
      });
      const folder = join(project.path, 'keys');
      mkdirSync(folder);
      const { cert, key } = makeCertificate(folder);
      const identity = { issuer: 'test-issuer', service: 'test-service' };
      await using tokens = await startTokenServer({
        ...identity,
        key,
        certificate: cert,
        username: 'ann',
        password: 'secret',
        holds: 60,
      });
      await using registry = await startDistribution(binary, join(project.path, 'registry'), {
        token: { ...identity, realm: tokens.url, certificate: cert },
      });
      const repository = `${registry.host}/a/b`;
      succeed(await project.run('pack', 'project', '-t', `${repository}:v1`));
      const refused = await project.run('push', `${repository}:v1`, '--plain-http');
      assert.equal(refused.code, 3);
      assert.match(refused.stderr, /unauthorized/);
      const login = ['--config', project.home, 'login', registry.host, '-u', 'ann', '--password-stdin', '--plain-http'];
      assert.equal((await runCli(login, { cwd: project.path, stdin: 'wrong' })).code, 3);
      succeed(await runCli(login, { cwd: project.path, stdin: 'secret' }));
      const before = tokens.asked.length;
      succeed(await project.run('push', `${repository}:v1`, '--plain-http'));
      const asked = tokens.asked.slice(before);
      assert.equal(asked.length, 1, 'one token is enough for a push');
      assert.match(asked[0]?.join(' ') ?? '', /^repository:a\/b:pull,push/);
      succeed(await project.run('unpack', `${repository}:v1`, '-d', 'out', '--plain-http'));
      const theirs = join(project.path, 'kit');
      await kit(project.path, theirs, 'version');
      succeed(await kit(project.path, theirs, 'login', registry.host, '-u', 'ann', '-p', 'secret', '--plain-http'));
      succeed(await kit(project.path, theirs, 'pull', `${repository}:v1`, '--plain-http'));
    });
  });
}
