import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startDav } from '../../plugins/target-webdav/testing/startDav.ts';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const plugin = join(projectRoot, 'plugins/target-webdav/dist/index.js');
const right = `Basic ${Buffer.from('ann:secret').toString('base64')}`;

function createUser() {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ndocs: [{path: a}]\n', a: 'text' });
  addFiles(project.home, { 'config.json': JSON.stringify({ plugins: [plugin] }) });
  return project;
}

test('login stores a login for the server of a target, and the target uses it', async () => {
  await using dav = await startDav(({ headers }) => (headers.authorization === right ? undefined : 401));
  using project = createUser();
  const place = `webdav:${dav.url}kits`;
  const login = (password: string) => project.run('login', place, '-u', 'ann', '-p', password);
  const wrong = await login('wrong');
  assert.equal(wrong.code, 3, wrong.stderr);
  assert.notEqual((await project.run('pack', 'project', '-t', `${place}:v1`, '--push')).code, 0);
  const { stdout, stderr } = await login('secret');
  assert.equal(stdout, 'Log in successful\n', stderr);
  const pushed = await project.run('pack', 'project', '-t', `${place}:v1`, '--push');
  assert.equal(pushed.code, 0, pushed.stderr);
  assert.match((await project.run('logout', place)).stdout, /Successfully logged out from 127\.0\.0\.1:\d+/);
  assert.notEqual((await project.run('list', place)).code, 0);
});

test('a login that the server did not check is not reported as successful', async () => {
  await using dav = await startDav();
  using project = createUser();
  const { code, stdout } = await project.run('login', `webdav:${dav.url}kits`, '-u', 'ann', '-p', 'x');
  assert.equal(code, 0);
  assert.match(stdout, /stored, but were not verified/);
});

test('an address with a login in it, or a target that there is not, is refused', async () => {
  using project = createUser();
  const inside = await project.run('login', 'webdav:https://ann:SECRET@dav.example.com/', '-u', 'ann', '-p', 'x');
  assert.match(inside.stderr, /usage: The address of dav\.example\.com holds a login/);
  assert.doesNotMatch(inside.stderr, /SECRET/);
  const unknown = await project.run('login', 'none:https://dav.example.com/', '-u', 'ann', '-p', 'x');
  assert.match(unknown.stderr, /target-invalid/);
});
