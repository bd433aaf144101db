import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, digestIn } from '../support/project.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: c.py\n', 'c.py': '1\n' };
const noProxy = { NO_PROXY: '*' };

const mirrored = (match: string, host: string, more: object = {}) => ({
  'config.json': JSON.stringify({ plainHttp: true, mirrors: [{ match, hosts: [`http://${host}`], ...more }] }),
});

for (const match of ['registry.test', 'registry.test/team/*', '**', '*'])
  test(`mirrors for ${match} of the user's config give a kit of a registry that is not there`, async () => {
    await using mirror = await startRegistry();
    using project = createProject(files, noProxy);
    const digest = digestIn(await project.run('pack', 'project', '-t', `${mirror.host}/team/model:v1`));
    assert.equal((await project.run('push', `${mirror.host}/team/model:v1`, '--plain-http')).code, 0);
    addFiles(project.home, mirrored(match, mirror.host));
    const unpacked = await project.run('unpack', 'registry.test/team/model:v1', '-d', 'out');
    assert.equal(unpacked.code, 0, unpacked.stderr);
    const pulled = await project.run('pull', 'registry.test/team/model:v1');
    assert.equal(pulled.code, 0, pulled.stderr);
    assert.match(pulled.stdout, new RegExp(digest));
    const namespaces = mirror.requests.map(({ path }) => /[?&]ns=([^&]*)/.exec(path)?.[1]);
    assert.ok(namespaces.includes('registry.test'));
  });

test('a mirror for another registry is not asked', async () => {
  await using mirror = await startRegistry();
  await using origin = await startRegistry();
  using project = createProject(files, noProxy);
  await project.run('pack', 'project', '-t', `${origin.host}/team/model:v1`);
  addFiles(project.home, mirrored('registry.test', mirror.host));
  assert.equal((await project.run('push', `${origin.host}/team/model:v1`)).code, 0);
  assert.equal((await project.run('list', `${origin.host}/team/model`)).code, 0);
  assert.deepEqual(mirror.requests, []);
});

test('a push goes to a mirror that takes one', async () => {
  await using mirror = await startRegistry();
  using project = createProject(files, noProxy);
  await project.run('pack', 'project', '-t', 'registry.test/team/model:v1');
  addFiles(project.home, mirrored('registry.test', mirror.host, { capabilities: ['push'] }));
  const { code, stderr } = await project.run('push', 'registry.test/team/model:v1');
  assert.equal(code, 0, stderr);
  assert.ok(mirror.content.tags.has('team/model v1'));
});

test('a project may not name mirrors, also where it is trusted', async () => {
  using project = createProject(files, { KITWRIGHT_TRUST: '1' });
  addFiles(project.directory, { 'kitwright.config.json': '{"mirrors": []}' });
  const { code, stderr } = await project.run('pack', 'project');
  assert.equal(code, 2);
  assert.match(stderr, /config-refused: mirrors: only the user may decide/);
});

for (const [what, mirror] of Object.entries({
  'no scheme': { match: '*', hosts: ['mirror.test'] },
  'a password in its address': { match: '*', hosts: ['https://ann:secret@mirror.test'] },
  'no host': { match: '*', hosts: [] },
  'an unknown capability': { match: '*', hosts: ['https://mirror.test'], capabilities: ['delete'] },
  'a word that is not known': { match: '*', hosts: ['https://mirror.test'], server: 'x' },
}))
  test(`a mirror with ${what} is a mistake in the config`, async () => {
    using project = createProject(files);
    addFiles(project.home, { 'config.json': JSON.stringify({ mirrors: [mirror] }) });
    const { code, stderr } = await project.run('list');
    assert.equal(code, 2);
    assert.match(stderr, /config-invalid: .*mirrors/);
    assert.doesNotMatch(stderr, /secret/);
  });
