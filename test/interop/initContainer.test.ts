import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import { createProject, digestIn } from '../support/project.ts';
import { nodePath, runCli } from '../support/runCli.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { makeNodeBase } from './baseImages.ts';
import { containerLimits, containerStore } from './containerFlags.ts';
import { succeed } from './peer.ts';

const { UMOCI: umoci = '', PODMAN: podman = '', BUILDAH: buildah = '' } = process.env;
const folder = join(projectRoot, '.ci', 'release', 'container');

const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ndocs: [{path: d.md}]\n',
  'm/net.bin': 'weights',
  'd.md': 'doc',
};
const project = createProject(files, { COSIGN_PASSWORD: 'p', KITWRIGHT_PLAIN_HTTP: '1' });
after(() => project[Symbol.dispose]());
const { path } = project;
const store = containerStore(path);
const run = (command: string, ...args: readonly string[]) => runCli(args, { cwd: path, command });

/** With the registry of the test. */
const limits = containerLimits.map((flag) => flag.replace('--network=none', '--network=host'));

/** A container as a pod has it: not root, nothing of its root written, a volume for the model. */
const pod = (
  image: string,
  volume: string,
  variables: Readonly<Record<string, string>>,
  ...more: readonly string[]
) => {
  const mounted = join(path, volume);
  mkdirSync(mounted, { recursive: true });
  chmodSync(mounted, 0o777);
  const flags = ['--read-only', '--read-only-tmpfs=false', '--cap-drop=all', '--security-opt=no-new-privileges'];
  const env = Object.entries({ KITWRIGHT_PLAIN_HTTP: '1', ...variables }).map(
    ([name, value]) => `--env=${name}=${value}`,
  );
  const place = variables['UNPACK_PATH'] ?? ['', 'home', 'user', 'modelkit'].join('/');
  const volumes = ['-v', `${mounted}:${place}`, '-v', `${join(path, 'cosign.pub')}:/keys/cosign.pub:ro`];
  const all = [...limits, ...flags, ...env, ...volumes, ...more];
  return run(podman, ...store, '--runtime=runc', 'run', ...all, image);
};

describe('the image for init containers', { skip: !(umoci && podman) && 'no umoci or no podman' }, () => {
  let registry: TestRegistry;
  let reference = '';
  let digest = '';

  before(async () => {
    registry = await startRegistry();
    reference = `${registry.host}/team/net:v1`;
    await project.run('generate-key-pair');
    digest = digestIn(await project.run('pack', 'project', '-t', reference, '--push', '--sign', 'cosign.key'));
    makeNodeBase(path, 'node');
    const flags = ['--base', 'oci:node:v1', '--platform', 'linux/amd64'];
    succeed(await run(nodePath, join(folder, 'main.ts'), '--init', ...flags, '--tag', 'oci:init:v1'));
    succeed(await run(podman, ...store, 'pull', '-q', 'oci:init:v1'));
  });
  after(() => registry[Symbol.asyncDispose]());

  const delivers = async (image: string, volume: string) => {
    const variables = { MODELKIT_REF: reference, COSIGN_KEY: '/keys/cosign.pub', POD_NAME: 'net-0' };
    const { stdout } = succeed(await pod(image, volume, variables));
    const entry = JSON.parse(stdout) as Record<string, string>;
    assert.deepEqual([entry['digest'], entry['pod']], [digest, 'net-0']);
    assert.match(entry['signer'] ?? '', /[0-9a-f]{64}/);
    assert.equal(readFileSync(join(path, volume, 'm', 'net.bin'), 'utf8'), 'weights');
  };

  it('unpacks what is signed, without rights and with a root that is read-only', () =>
    delivers('localhost/init', 'first'));

  it('takes the variables of the image of kit', async () => {
    const variables = {
      MODELKIT_REF: reference,
      UNPACK_PATH: '/models',
      UNPACK_FILTER: 'docs',
      EXTRA_FLAGS: '--ignore-existing --filter kitfile',
    };
    const { stderr } = succeed(await pod('localhost/init', 'second', variables));
    assert.match(stderr, /No signature is verified/);
    assert.equal(readFileSync(join(path, 'second', 'd.md'), 'utf8'), 'doc');
    assert.match(readFileSync(join(path, 'second', 'Kitfile'), 'utf8'), /net|model/);
    for (const missing of [{}, { MODELKIT_REF: `${registry.host}/team/net:v2` }])
      assert.notEqual((await pod('localhost/init', 'third', missing as Record<string, string>)).code, 0);
  });

  it('goes on in a volume that is half full, as any user', async () => {
    await delivers('localhost/init', 'fourth');
    rmSync(join(path, 'fourth', 'm', 'net.bin'));
    const variables = { MODELKIT_REF: reference, COSIGN_KEY: '/keys/cosign.pub' };
    succeed(await pod('localhost/init', 'fourth', variables));
    assert.equal(readFileSync(join(path, 'fourth', 'm', 'net.bin'), 'utf8'), 'weights');
    succeed(await pod('localhost/init', 'fifth', variables, '--user=123456:0'));
  });

  it('is made by the Dockerfile too', { skip: !buildah && 'no buildah' }, async () => {
    const flags = ['--base', 'oci:node:v1', '--platform', 'linux/amd64'];
    succeed(await run(nodePath, join(folder, 'main.ts'), ...flags, '--tag', 'oci:kitwright:v1'));
    succeed(await run(buildah, ...store, 'pull', '-q', 'oci:kitwright:v1'));
    const file = join(folder, 'init', 'Dockerfile');
    mkdirSync(join(path, 'context'));
    const built = ['--isolation=chroot', '--pull-never', '--build-arg', 'KITWRIGHT=localhost/kitwright', '-f', file];
    succeed(await run(buildah, ...store, 'bud', ...built, '-t', 'init-by-dockerfile', 'context'));
    const inspect = async (image: string) =>
      JSON.parse(succeed(await run(podman, ...store, 'inspect', `localhost/${image}`)).stdout)[0].Config;
    const [{ User, Entrypoint, Env }, other] = [await inspect('init'), await inspect('init-by-dockerfile')];
    assert.deepEqual([other.User, other.Entrypoint, other.Env.toSorted()], [User, Entrypoint, Env.toSorted()]);
    await delivers('localhost/init-by-dockerfile', 'sixth');
  });

  it('serves KServe by another command', async () => {
    const mounted = join(path, 'kserve');
    mkdirSync(mounted);
    chmodSync(mounted, 0o777);
    const args = [...limits, '--env=KITWRIGHT_PLAIN_HTTP=1', '-v', `${mounted}:/models`];
    const command = [
      '--entrypoint',
      'kitwright',
      'localhost/init',
      'storage-initializer',
      `kit://${reference}`,
      '/models',
    ];
    succeed(await run(podman, ...store, '--runtime=runc', 'run', ...args, ...command));
    assert.equal(readFileSync(join(mounted, 'm', 'net.bin'), 'utf8'), 'weights');
  });
});
