import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createProject } from '../support/project.ts';
import { nodePath, runCli } from '../support/runCli.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { makeNodeBase } from './baseImages.ts';
import { containerLimits, containerStore } from './containerFlags.ts';
import { succeed } from './peer.ts';

const {
  SKOPEO: skopeo = '',
  UMOCI: umoci = '',
  PODMAN: podman = '',
  RUNC: runc = '',
  BUILDAH: buildah = '',
} = process.env;
const folder = join(projectRoot, '.ci', 'release', 'container');

const project = createProject({
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n',
  'net.bin': Buffer.alloc(300_000, 'n'),
});
after(() => project[Symbol.dispose]());
const { path } = project;
const run = (command: string, ...args: readonly string[]) => runCli(args, { cwd: path, command });
const store = containerStore(path);
const podmanRun = (...args: readonly string[]) =>
  run(
    podman,
    ...store,
    '--runtime=runc',
    'run',
    ...containerLimits,
    '-v',
    `${project.directory}:/workspace:ro`,
    ...args,
  );

const build = (umask: number, tag: string) =>
  runCli([join(folder, 'main.ts'), '--base', 'oci:node:v1', '--platform', 'linux/amd64', '--tag', `oci:made:${tag}`], {
    cwd: path,
    command: nodePath,
    umask,
  });

describe('the container image', { skip: !(umoci && podman && runc) && 'no umoci, podman or runc' }, () => {
  before(async () => {
    makeNodeBase(path, 'node');
    succeed(await build(0o022, 'v1'));
    succeed(await run(podman, ...store, 'pull', '-q', 'oci:made:v1'));
  });

  it('is the same again, whatever the umask', async () => {
    const digest = async (tag: string) =>
      JSON.parse(succeed(await run(skopeo, 'inspect', `oci:made:${tag}`)).stdout).Digest as string;
    succeed(await build(0o077, 'v2'));
    assert.equal(await digest('v2'), await digest('v1'));
  });

  it('runs the command as a user without rights, who cannot change it', async () => {
    assert.match(succeed(await podmanRun('localhost/made', 'version')).stdout, /^Version: 0\.1\.0$/m);
    const { stdout } = succeed(
      await podmanRun('--entrypoint', 'sh', 'localhost/made', '-c', 'id -u; touch /opt/kitwright/x || echo no'),
    );
    assert.equal(stdout, '1000\nno\n');
  });

  it('packs the same kit as outside, as any user and with a root that is read-only, as in Kubernetes', async () => {
    const here = succeed(await project.run('--json', 'pack', 'project', '-t', 'net:v1')).stdout;
    const volume = join(path, 'empty');
    mkdirSync(volume);
    chmodSync(volume, 0o777);
    const flags = ['--user=123456:0', '--read-only', '--read-only-tmpfs=false', '-v', `${volume}:/var/tmp`];
    const there = succeed(await podmanRun(...flags, 'localhost/made', '--json', 'pack', '.', '-t', 'net:v1')).stdout;
    assert.equal(JSON.parse(there).digest, JSON.parse(here).digest);
    assert.ok(JSON.parse(here).digest);
  });

  it('is made by the Dockerfile too, with the same files', { skip: !buildah && 'no buildah' }, async () => {
    succeed(await run(nodePath, join(folder, 'main.ts'), '--tarballs', 'context'));
    succeed(await run(buildah, ...store, 'pull', '-q', 'oci:node:v1'));
    succeed(await run(buildah, ...store, 'tag', 'localhost/node', 'docker.io/library/node:24-slim'));
    const flags = ['--isolation=chroot', '--pull-never', '-f', join(folder, 'Dockerfile'), '-t', 'by-dockerfile'];
    succeed(await run(buildah, ...store, 'bud', ...flags, 'context'));
    const script = 'find /opt/kitwright -type f ! -name .package-lock.json | sort | xargs sha256sum';
    const files = async (image: string) =>
      succeed(await podmanRun('--entrypoint', 'sh', `localhost/${image}`, '-c', script)).stdout;
    const made = await files('made');
    assert.ok(made.split('\n').length > 100);
    assert.equal(await files('by-dockerfile'), made);
    const inspect = async (image: string) =>
      JSON.parse(succeed(await run(podman, ...store, 'inspect', `localhost/${image}`)).stdout)[0].Config;
    const [{ User, Entrypoint, Env, WorkingDir }, other] = [await inspect('made'), await inspect('by-dockerfile')];
    assert.deepEqual([other.User, other.Entrypoint, other.Env, other.WorkingDir], [User, Entrypoint, Env, WorkingDir]);
    assert.match(succeed(await podmanRun('localhost/by-dockerfile', 'version')).stdout, /^Version: 0\.1\.0$/m);
  });
});
