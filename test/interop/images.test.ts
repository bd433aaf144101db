import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { guideLines } from '../support/guideLines.ts';
import { createProject } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';
import { makeShellBase } from './baseImages.ts';
import { containerLimits, containerStore } from './containerFlags.ts';
import { startDistribution } from './distribution.ts';
import { kit, succeed, treeOf } from './peer.ts';
import { startContainerd } from './startContainerd.ts';

const {
  REGISTRY3: distribution = '',
  SKOPEO: skopeo = '',
  UMOCI: umoci = '',
  RUNC: runc = '',
  PODMAN: podman = '',
  CONTAINERD: containerd = '',
  ORAS: oras = '',
  KSERVE_STORAGE: kserve = '',
} = process.env;

const long = `model/${'long-'.repeat(30)}/${'name-'.repeat(30)}.json`;
const project = createProject({
  Kitfile:
    'manifestVersion: 1.0.0\npackage: {name: net}\nmodel: {path: model}\ndocs: [{path: docs}]\ncode: [{path: run.sh}]\n',
  'model/net.bin': Buffer.alloc(3_000_000, 'n'),
  'model/größe.json': '{}',
  [long]: '{"long":true}',
  'docs/README.md': '# net\n',
  'docs/empty': '',
  'run.sh': '#!/bin/sh\n',
});
after(() => project[Symbol.dispose]());
const { path } = project;
const run = (command: string, ...args: readonly string[]) => runCli(args, { cwd: path, command });
const kitwright = async (...args: readonly string[]) => succeed(await project.run(...args)).stdout;

/** Names and contents of a tree; modes differ where a reader has its own. */
const contentsOf = (folder: string) =>
  treeOf(join(path, folder))
    .filter((line) => !line.includes('/ '))
    .map((line) => line.replace(/ \d+ /, ' '));

let expected: readonly string[] = [];
let registry: Awaited<ReturnType<typeof startDistribution>>;
let name = '';

before(async () => {
  registry = await startDistribution(distribution, join(path, 'registry'));
  name = `${registry.host}/team/net`;
  await kitwright('pack', 'project', '-t', `${name}:v1`, '--push');
  await kitwright('unpack', `${name}:v1`, '-d', 'unpacked', '-f', 'model', '-f', 'docs', '-f', 'code');
  expected = contentsOf('unpacked');
  makeShellBase(path, 'base');
  const view = JSON.parse(await kitwright('--json', 'image', `${name}:v1`, '-t', `${name}:view`));
  assert.ok(view.bytes > 0 && view.bytes < 10_000, `a view sent ${view.bytes} bytes`);
  const car = ['image', `${name}:v1`, '--type', 'modelcar'];
  await kitwright(...car, '--base', 'oci:base:v1', '-t', `${name}:car`);
  await kitwright(...car, '--compression', 'gzip', '--platform', 'linux/amd64,linux/arm64', '-t', `${name}:gzip`);
  await kitwright('image', `${name}:v1`, '--type', 'raw', '-t', `${name}:raw`);
});
after(() => registry[Symbol.asyncDispose]());

const inRegistry = (tag: string) => ['--tls-verify=false', `docker://${name}:${tag}`];

describe('skopeo', { skip: !skopeo && 'no skopeo' }, () => {
  for (const tag of ['view', 'car', 'gzip'])
    it(`inspects and copies ${tag}`, async () => {
      const { Labels } = JSON.parse(succeed(await run(skopeo, 'inspect', ...inRegistry(tag))).stdout);
      assert.match(Labels['dev.kitwright.kit.digest'], /^sha256:/);
      assert.equal(Labels['dev.kitwright.kit.reference'], `${name}:v1`);
      succeed(await run(skopeo, 'copy', '--src-tls-verify=false', `docker://${name}:${tag}`, `oci:copied:${tag}`));
    });

  it('inspects and copies raw', async () => {
    const { layers } = JSON.parse(succeed(await run(skopeo, 'inspect', '--raw', ...inRegistry('raw'))).stdout);
    assert.equal(layers.length, expected.length);
    succeed(await run(skopeo, 'copy', '--src-tls-verify=false', `docker://${name}:raw`, 'oci:copied:raw'));
  });
});

describe('a view', () => {
  it('is unpacked by umoci, and read in a container of runc, as a volume and by the path models', {
    skip: !(umoci && runc) && 'no umoci or no runc',
  }, async () => {
    await kitwright('image', `${name}:v1`, '-t', 'oci:views:v1');
    succeed(await run(umoci, 'unpack', '--image', 'views:v1', 'view'));
    rmSync(join(path, 'view', 'rootfs', 'models'));
    assert.deepEqual(contentsOf(join('view', 'rootfs')), expected);
    symlinkSync('.', join(path, 'view', 'rootfs', 'models'));
    const script = 'cat /models/model/net.bin | sha256sum; cat /sub/docs/README.md; ! touch /models/x 2>/dev/null';
    const { stdout } = succeed(await runInContainer(script, { '/models': '', '/sub': 'models' }));
    const [digest] = succeed(await run('sha256sum', 'project/model/net.bin')).stdout.split(' ');
    assert.equal(stdout, `${digest}  -\n# net\n`);
  });

  /** Runs a script in the base, with folders of the view mounted read-only. */
  async function runInContainer(script: string, mounts: Readonly<Record<string, string>>) {
    const folder = join(path, 'container');
    cpSync(join(path, 'base-files', 'rootfs'), join(folder, 'rootfs'), { recursive: true, verbatimSymlinks: true });
    succeed(await run(runc, 'spec', '--bundle', folder));
    const spec = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    spec.process = { ...spec.process, terminal: false, args: ['/bin/sh', '-c', script] };
    for (const [destination, sub] of Object.entries(mounts))
      spec.mounts.push({
        destination,
        type: 'bind',
        source: join(path, 'view', 'rootfs', sub),
        options: ['rbind', 'ro'],
      });
    writeFileSync(join(folder, 'config.json'), JSON.stringify(spec));
    return run(runc, '--root', join(path, 'runc'), 'run', '--bundle', folder, `kitwright-${process.pid}`);
  }

  it('is pulled and mounted by containerd, as for an image volume; also with layers of zstd', {
    skip: !containerd && 'no containerd',
  }, async () => {
    await kitwright('pack', 'project', '-t', `${name}:zstd`, '--compression', 'zstd', '--push');
    await kitwright('image', `${name}:zstd`, '-t', `${name}:zstd-view`);
    await using engine = await startContainerd(containerd, join(path, 'containerd'));
    for (const tag of ['view', 'zstd-view']) {
      succeed(await engine.ctr('images', 'pull', '--plain-http', `${name}:${tag}`));
      const mount = join(path, `mount-${tag}`);
      mkdirSync(mount);
      succeed(await engine.ctr('images', 'mount', `${name}:${tag}`, mount));
      const found = [contentsOf(join(`mount-${tag}`, 'models', 'model')), contentsOf(join(`mount-${tag}`, 'docs'))];
      succeed(await engine.ctr('images', 'unmount', mount));
      assert.deepEqual(found, [contentsOf('unpacked/model'), contentsOf('unpacked/docs')]);
    }
  });
});

describe('a modelcar', () => {
  for (const tag of ['car', 'gzip'])
    it(`is downloaded by oci+fetch of KServe: ${tag}`, { skip: !kserve && 'no kserve-storage' }, async () => {
      const env = { KSERVE_OCI_INSECURE_REGISTRY: '1' };
      const script = join(import.meta.dirname, 'kserveFetch.py');
      succeed(await runCli([script, `${name}:${tag}`, `fetched-${tag}`], { cwd: path, command: kserve, env }));
      assert.deepEqual(contentsOf(`fetched-${tag}`), expected);
    });

  it('is downloaded by oci+fetch of KServe over TLS with an authority of its own', {
    skip: !kserve && 'no kserve-storage',
  }, async () => {
    await using secure = await startDistribution(distribution, join(path, 'secure'), { tls: true });
    const authority = secure.authority ?? assert.fail();
    const image = `${secure.host}/team/net:car`;
    await kitwright('image', `${name}:v1`, '--type', 'modelcar', '-t', image, '--tls-cert', authority);
    mkdirSync(join(path, 'authority'));
    copyFileSync(authority, join(path, 'authority', 'cabundle.crt'));
    const env = { CA_BUNDLE_VOLUME_MOUNT_POINT: join(path, 'authority') };
    const script = join(import.meta.dirname, 'kserveFetch.py');
    succeed(await runCli([script, image, 'fetched-tls'], { cwd: path, command: kserve, env }));
    assert.deepEqual(contentsOf('fetched-tls'), expected);
  });

  it('is built on a base as Docker has it, which is taken over from another repository', {
    skip: !(skopeo && kserve) && 'no skopeo or no kserve-storage',
  }, async () => {
    const base = `${registry.host}/bases/shell:v1`;
    const flags = ['--insecure-policy', '--dest-tls-verify=false', '--format', 'v2s2'];
    succeed(await run(skopeo, 'copy', ...flags, 'oci:base:v1', `docker://${base}`));
    const args = ['image', `${name}:v1`, '--type', 'modelcar', '--base', base, '-t', `${registry.host}/other/net:car`];
    const { mounted } = JSON.parse(await kitwright('--json', ...args));
    assert.ok(mounted >= 1, String(mounted));
    const script = join(import.meta.dirname, 'kserveFetch.py');
    const fetching = [script, `${registry.host}/other/net:car`, 'fetched-docker'];
    succeed(await runCli(fetching, { cwd: path, command: kserve, env: { KSERVE_OCI_INSECURE_REGISTRY: '1' } }));
    assert.deepEqual(contentsOf('fetched-docker'), expected);
  });

  it('runs in podman what KServe runs in it for oci://', { skip: !podman && 'no podman' }, async () => {
    const models = ['', 'proc', '$$', 'root', 'models'].join('/');
    const script = `ln -sf ${models} /net && cat /net/docs/README.md && ls /models/model/net.bin && sleep 0`;
    const store = [...containerStore(path), '--runtime=runc'];
    succeed(await run(podman, ...store, 'pull', '-q', '--tls-verify=false', `${name}:car`));
    const { stdout } = succeed(
      await run(podman, ...store, 'run', ...containerLimits, `${name}:car`, 'sh', '-c', script),
    );
    assert.equal(stdout, '# net\n/models/model/net.bin\n');
  });
});

describe('raw files', () => {
  it('oras downloads each under its name', { skip: !oras && 'no oras' }, async () => {
    mkdirSync(join(path, 'pulled'));
    succeed(await run(oras, 'pull', '--plain-http', `${name}:raw`, '-o', 'pulled'));
    assert.deepEqual(contentsOf('pulled'), expected);
  });

  it('kit unpacks them as a ModelPack', async () => {
    const args = ['unpack', `${name}:raw`, '-d', 'by-kit', '--plain-http'];
    succeed(await kit(path, join(path, 'kit-home'), ...args));
    assert.deepEqual(
      contentsOf('by-kit').filter((line) => !line.startsWith('Kitfile ')),
      expected,
    );
  });
});

describe('the guide', () => {
  it('has lines that work as they are', async () => {
    const lines = guideLines('images');
    assert.equal(lines.match(/^kitwright image /gm)?.length, 4);
    const bin = join(path, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'kitwright'), `#!/bin/sh\nexec "${nodePath}" "${cliPath}" "$@"\n`);
    chmodSync(join(bin, 'kitwright'), 0o755);
    const PATH = `${bin}:${process.env['PATH'] ?? ''}`;
    const env = { KIT: name, BASE: 'oci:base:v1', KITWRIGHT_HOME: project.home, PATH };
    succeed(await runCli(['-ec', lines], { cwd: path, command: 'sh', env }));
    for (const tag of ['v1-image', 'v1-car', 'v1-run', 'v1-files'])
      succeed(await run(skopeo, 'inspect', '--raw', ...inRegistry(tag)));
  });
});
