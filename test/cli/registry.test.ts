import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

const kitfile = 'manifestVersion: 1.0.0\npackage:\n  name: net\nmodel:\n  path: net.gguf\ndocs:\n  - path: README.md\n';
const files = { Kitfile: kitfile, 'net.gguf': Buffer.alloc(100_000, 'w'), 'README.md': 'read me\n' };

const withRegistry = async (
  run: (project: Project, registry: TestRegistry, name: string) => Promise<void>,
  options = {},
): Promise<void> => {
  using project = createProject(files);
  await using registry = await startRegistry(options);
  await run(project, registry, `${registry.host}/team/net`);
};

test('push, pull into another store and unpack give the same kit', () =>
  withRegistry(async (project, _, name) => {
    const digest = digestIn(await project.run('pack', 'project', '-t', 'net:v1'));
    const pushed = await project.run('push', 'net:v1', `${name}:v1,latest`, '--plain-http');
    assert.equal(pushed.stdout, `Pushing localhost/net:v1 to ${name}:v1\nPushed ${digest}\n`);
    using other = createProject({});
    const pulled = await other.run('pull', name, '--plain-http');
    assert.equal(
      pulled.stdout,
      `No tag specified for pull. Using 'latest' as default ('${name}:latest')\nPulling ${name}:latest\nPulled ${digest}\n`,
    );
    mkdirSync(other.directory, { recursive: true });
    assert.equal((await other.run('unpack', `${name}:latest`, '-d', other.directory)).code, 0);
    assert.equal(readFileSync(join(other.directory, 'README.md'), 'utf8'), 'read me\n');
  }));

test('files of all sizes keep their bytes', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 120 }, (_, i) => [`data/${i}.bin`, randomBytes((i * i * 97) % 700_000)] as const),
  );
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ndatasets: [{path: data}]\n', ...many });
  await using registry = await startRegistry();
  const name = `${registry.host}/team/many:v1`;
  assert.equal((await project.run('pack', 'project', '-t', name)).code, 0);
  assert.equal((await project.run('push', name, '--plain-http')).code, 0);
  using other = createProject({});
  assert.equal((await other.run('pull', name, '--plain-http')).code, 0);
  assert.equal((await other.run('unpack', name, '-d', 'out')).code, 0);
  for (const [path, bytes] of Object.entries(many))
    assert.ok(readFileSync(join(other.path, 'out', path)).equals(bytes), path);
});

test('a push of a kit that the registry has makes at most three requests', () =>
  withRegistry(async (project, registry, name) => {
    await project.run('pack', 'project', '-t', `${name}:v1`);
    await project.run('push', `${name}:v1`, '--plain-http');
    const before = registry.requests.length;
    assert.equal((await project.run('push', `${name}:v1`, '--plain-http')).code, 0);
    assert.ok(registry.requests.length - before <= 3);
  }));

test('unpack reads directly from the registry, and verifies before a file gets its name', () =>
  withRegistry(async (project, registry, name) => {
    await project.run('pack', 'project', '-t', `${name}:v1`);
    await project.run('push', `${name}:v1`, '--plain-http');
    using other = createProject({});
    const unpack = () => other.run('unpack', `${name}:v1`, '-d', 'out', '--plain-http');
    registry.faults.push({ method: 'GET', path: /blobs/, skip: 1, action: { kind: 'corrupt' } });
    const damaged = await unpack();
    assert.equal(damaged.code, 4);
    assert.match(damaged.stderr, /descriptor-mismatch/);
    assert.throws(() => readFileSync(join(other.path, 'out/net.gguf')), { code: 'ENOENT' });
    registry.faults.length = 0;
    assert.equal((await unpack()).code, 0);
    assert.deepEqual(readFileSync(join(other.path, 'out/net.gguf')), files['net.gguf']);
  }));

test('a large layer is unpacked from the registry in parts; a damaged one is downloaded again', () =>
  withRegistry(async (project, registry, name) => {
    const large = randomBytes(40 * 1024 * 1024);
    project.write({ 'net.gguf': large });
    await project.run('pack', 'project', '-t', `${name}:v1`);
    await project.run('push', `${name}:v1`, '--plain-http');
    using other = createProject({});
    const ranges = () => registry.requests.filter(({ method, headers }) => method === 'GET' && headers['range']);
    assert.equal((await other.run('unpack', `${name}:v1`, '-d', 'out', '-f', 'model', '--plain-http')).code, 0);
    assert.ok(ranges().length >= 2);
    assert.ok(readFileSync(join(other.path, 'out/net.gguf')).equals(large));
    registry.faults.push({ method: 'GET', path: /blobs/, skip: 2, times: 1, action: { kind: 'corrupt' } });
    const healed = await other.run('unpack', `${name}:v1`, '-d', 'again', '-f', 'model', '--plain-http');
    assert.equal(healed.code, 0, healed.stderr);
    assert.ok(readFileSync(join(other.path, 'again/net.gguf')).equals(large));
    const whole = registry.requests.filter(
      ({ method, path, headers }) => method === 'GET' && path.includes('/blobs/') && !headers['range'],
    );
    assert.equal(whole.length, 3, 'two configs, and the layer once in one piece');
  }));

test('inspect, info, list, diff and remove work with a registry', () =>
  withRegistry(async (project, _, name) => {
    const digest = digestIn(await project.run('pack', 'project', '-t', `${name}:v1`));
    await project.run('push', `${name}:v1`, '--plain-http');
    const remote = (...args: readonly string[]) => project.run(...args, '--plain-http');
    assert.match((await remote('inspect', '-r', `${name}:v1`)).stdout, new RegExp(`"digest": "${digest}"`));
    assert.equal((await remote('info', '-r', `${name}:v1`)).stdout, kitfile);
    assert.match((await remote('list', name)).stdout, new RegExp(`^team/net +v1 .*${digest}$`, 'm'));
    assert.equal(
      (await remote('diff', `remote://${name}:v1`, `local://${name}:v1`)).stdout,
      'ModelKits are identical\n',
    );
    assert.match((await remote('remove', '-r', '-f', `${name}:v1`)).stdout, /^Removed .* \(digest sha256:/);
    const gone = await remote('inspect', '-r', `${name}:v1`);
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, /kit-not-found/);
  }));

test('a login that the registry did not check is not reported as successful', () =>
  withRegistry(async (project, registry) => {
    const { code, stdout } = await project.run('login', registry.host, '-u', 'ann', '-p', 'x', '--plain-http');
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `The credentials for ${registry.host} are stored, but were not verified: the registry accepts any.\n`,
    );
  }));

test('login reads the password from standard input, logout deletes it', () =>
  withRegistry(
    async (project, registry, name) => {
      await project.run('pack', 'project', '-t', `${name}:v1`);
      const refused = await project.run('push', `${name}:v1`, '--plain-http');
      assert.equal(refused.code, 3);
      const login = (stdin: string) =>
        runCli(['--config', project.home, 'login', registry.host, '-u', 'ann', '--password-stdin', '--plain-http'], {
          cwd: project.path,
          stdin,
        });
      assert.equal((await login('wrong')).code, 3);
      assert.equal((await login('secret')).stdout, 'Log in successful\n');
      assert.equal((await project.run('push', `${name}:v1`, '--plain-http')).code, 0);
      assert.equal(
        (await project.run('logout', registry.host)).stdout,
        `Successfully logged out from ${registry.host}\n`,
      );
      assert.equal((await project.run('push', `${name}:v1`, '--plain-http')).code, 3);
    },
    { auth: { scheme: 'bearer', username: 'ann', password: 'secret' } },
  ));

test('copy moves kits between the store, layouts, archives and registries', () =>
  withRegistry(async (project, _, name) => {
    const digest = digestIn(await project.run('pack', 'project', '-t', 'net:v1'));
    const copy = async (from: string, to: string) => {
      const result = await project.run('copy', from, to, '--plain-http');
      assert.equal(result.code, 0, result.stderr);
    };
    await copy('net:v1', 'oci:layout');
    await copy('oci:layout:v1', 'archive:kit.tar:v2');
    await copy('archive:kit.tar:v2', `${name}:v3`);
    await copy(`${name}:v3`, 'store:other:v4');
    assert.match((await project.run('list')).stdout, new RegExp(`^other +v4 .*${digest}$`, 'm'));
  }));

test('a kit that refers to another one is pulled with it', () =>
  withRegistry(async (project, registry, name) => {
    await project.run('pack', 'project', '-t', `${name}:base`);
    await project.run('push', `${name}:base`, '--plain-http');
    mkdirSync(join(project.path, 'child'));
    writeFileSync(join(project.path, 'child/Kitfile'), `manifestVersion: 1.0.0\nmodel:\n  path: ${name}:base\n`);
    const child = `${registry.host}/team/child`;
    await project.run('pack', 'child', '-t', `${child}:v1`);
    await project.run('push', `${child}:v1`, '--plain-http');
    using other = createProject({});
    const pulled = await other.run('pull', `${child}:v1`, '--plain-http');
    assert.equal(pulled.code, 0, pulled.stderr);
    assert.equal((await other.run('unpack', `${child}:v1`, '-d', 'out')).code, 0);
    assert.deepEqual(readFileSync(join(other.path, 'out/net.gguf')), files['net.gguf']);
  }));

test('a name without a host is not a name at a registry', async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'net:v1');
  for (const command of ['push', 'pull']) {
    const result = await project.run(command, 'net:v1');
    assert.equal(result.code, 2);
    assert.match(result.stderr, /registry is required when pu(?:sh|ll)ing/);
  }
});
