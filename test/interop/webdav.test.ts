import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { standardWait } from '@kitwright/core/plugin';
import { testTarget } from '@kitwright/testkit';
import { openInTest } from '../../plugins/target-webdav/testing/openInTest.ts';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, digestIn } from '../support/project.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { succeed } from './peer.ts';
import { startWebdav, type webdavServers } from './startWebdav.ts';

const binaries = { lighttpd: process.env['LIGHTTPD'] ?? '', apache2: process.env['APACHE2'] ?? '' };
const plugin = join(projectRoot, 'plugins/target-webdav/dist/index.js');

for (const [name, binary] of Object.entries(binaries) as [keyof typeof webdavServers, string][])
  describe(`WebDAV by ${name}`, { skip: binary ? false : `${name} is not here` }, () => {
    testTarget(test, async (context) => {
      const server = await startWebdav(name, binary, `kitwright:${context.secret}`);
      const origin = await context.through(`http://${server.host}`);
      return openInTest(`${origin}/team/kits`, { ...context, wait: standardWait }, server);
    });

    it('every verb takes a kit there, and its folder is an OCI layout', async () => {
      await using server = await startWebdav(name, binary);
      using project = createProject({
        Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: a}]\n',
        a: 'text',
        m: randomBytes(20_000_000),
      });
      const run = async (...args: readonly string[]) => succeed(await project.run(...args)).stdout;
      addFiles(project.home, { 'config.json': JSON.stringify({ plugins: [plugin] }) });
      const digest = digestIn(await project.run('pack', 'project', '-t', 'm:v1'));
      const place = `webdav:http://${server.host}/team/m`;
      const refused = await project.run('push', 'm:v1', `${place}:v1`);
      assert.match(refused.stderr, /unauthorized: 127\.0\.0\.1:\d+ answered 401 to HEAD/);
      const auth = Buffer.from('ann:secret').toString('base64');
      addFiles(join(project.path, '.docker'), {
        'config.json': JSON.stringify({ auths: { [server.host]: { auth } } }),
      });
      await run('push', 'm:v1', `${place}:v1`);
      for (const verb of ['inspect', 'pull']) assert.match(await run(verb, `${place}:v1`), new RegExp(digest), verb);
      assert.match(await run('list', place), new RegExp(digest));
      assert.match(await run('info', `${place}:v1`), /path: a/);
      assert.match(await run('diff', 'm:v1', `${place}:v1`), /identical/);
      await run('unpack', `${place}:v1`, '-d', 'out');
      assert.ok(readFileSync(join(project.path, 'out/m')).equals(readFileSync(join(project.directory, 'm'))));
      cpSync(join(server.root, 'team/m'), join(project.path, 'copied'), { recursive: true });
      assert.match(await run('inspect', 'oci:copied:v1'), new RegExp(digest));
      assert.deepEqual(readdirSync(join(server.root, 'team/m/.kitwright')), []);
      assert.match(await run('remove', `${place}:v1`), /Untagged webdav:/);
      assert.match((await project.run('info', `${place}:v1`)).stderr, /kit-not-found/);
    });
  });
