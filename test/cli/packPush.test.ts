import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import { createProject, digestIn, type Project } from '../support/project.ts';

const kitfile = 'manifestVersion: 1.0.0\nmodel:\n  path: net.bin\n';
const large = randomBytes(40 * 1024 * 1024);

const withProject = async (run: (project: Project, registry: TestRegistry, name: string) => Promise<void>) => {
  using project = createProject({ Kitfile: kitfile, 'net.bin': large }, { KITWRIGHT_TRUST: '1' });
  await using registry = await startRegistry();
  await run(project, registry, `${registry.host}/team/net:v1`);
};

const packPush = (project: Project, name: string, ...flags: readonly string[]) =>
  project.run('pack', 'project', '-t', name, '--push', '--plain-http', ...flags);

const sent = ({ requests }: TestRegistry, from = 0): readonly string[] =>
  requests
    .slice(from)
    .filter(({ method }) => method === 'PATCH' || method === 'PUT')
    .map(({ method }) => method);

test('a large layer is uploaded while it is hashed: once, and before its digest is requested', () =>
  withProject(async (project, registry, name) => {
    const result = await packPush(project, name, '--json');
    assert.equal(result.code, 0, result.stderr);
    const { pushed } = JSON.parse(result.stdout) as { readonly pushed: Record<string, number> };
    const { copied, existed, bytes } = pushed;
    assert.equal(existed, 0);
    assert.ok(copied === 3 && (bytes ?? 0) > large.byteLength);
    const methods = registry.requests.map(({ method, path }) => `${method} ${path.split('/')[4] ?? ''}`);
    assert.ok(methods.indexOf('PATCH blobs') < methods.indexOf('HEAD blobs'), methods.join(', '));
    assert.equal(methods.filter((method) => method === 'PATCH blobs').length, 1);
    assert.deepEqual(readdirSync(join(project.store, 'objects')), [], 'nothing is copied into the store');
    using other = createProject({});
    assert.equal((await other.run('pull', name, '--plain-http')).code, 0);
  }));

test('blobs that the registry has already are not uploaded again', () =>
  withProject(async (project, registry, name) => {
    const digest = digestIn(await packPush(project, name));
    const before = registry.requests.length;
    const again = await packPush(project, name, '--config', join(project.path, 'a new home'));
    assert.equal(digestIn(again), digest);
    assert.equal(sent(registry, before).filter((method) => method === 'PUT').length, 0);
  }));

test('a plugin that may refuse the push is called before any byte is uploaded', () =>
  withProject(async (project, registry, name) => {
    project.write({
      'kitwright.config.yaml': 'plugins: [gate]\n',
      'node_modules/gate/package.json': '{"name": "gate", "type": "module", "exports": "./index.js"}',
      'node_modules/gate/index.js': `export default () => ({
        name: 'gate', apiVersion: 1,
        apply({ hooks }) { hooks.build.tap(({ hooks }) => { hooks.beforePush.tap(async () => { throw new Error('not this one'); }); }); },
      });`,
    });
    const refused = await packPush(project, name);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /not this one/);
    assert.deepEqual(sent(registry), []);
  }));

test('a registry that cannot be reached is named, and the kit is packed all the same', () =>
  withProject(async (project, registry, name) => {
    registry.faults.push({ method: 'POST', path: /uploads/, action: { kind: 'status', status: 403 } });
    const refused = await packPush(project, name);
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /unauthorized/);
    assert.match((await project.run('list')).stdout, /v1/);
  }));

test('an early upload that fails is repeated by the push', () =>
  withProject(async (project, registry, name) => {
    registry.faults.push({ method: 'PUT', path: /uploads/, times: 1, action: { kind: 'status', status: 400 } });
    const result = await packPush(project, name);
    assert.equal(result.code, 0, result.stderr);
    using other = createProject({});
    assert.equal((await other.run('pull', name, '--plain-http')).code, 0);
  }));
