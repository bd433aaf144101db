import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startRegistry } from '@kitwright/testkit';
import { createProject, type Project } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

const Kitfile = [
  'manifestVersion: 1.0.0',
  'package: {name: net, version: 1.2.0, license: MIT}',
  'model: {path: model}',
  'datasets: [{name: train, path: data.csv}]',
  '',
].join('\n');

const files = {
  Kitfile,
  'model/net.bin': Buffer.alloc(70_000, 'n'),
  'model/deep/config.json': '{}',
  'data.csv': 'a,b\n',
};

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: object;
}

interface Manifest {
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly manifests: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

async function createNet(more: Readonly<Record<string, string | Buffer>> = {}, ...packFlags: readonly string[]) {
  const project = createProject({ ...files, ...more });
  const succeed = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await project.run(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  await succeed('pack', 'project', '-t', 'net:v1', ...packFlags);
  const image = async (...args: readonly string[]) =>
    JSON.parse(await succeed('--json', 'image', 'net:v1', ...args)) as {
      readonly digest: string;
      readonly kit: string;
    };
  return { ...project, succeed, image };
}

/** A blob of the layout `images`. */
const blob = ({ path }: Project, digest: string) =>
  readFileSync(join(path, 'images', 'blobs', 'sha256', digest.replace('sha256:', '')));

const json = (project: Project, digest: string) => JSON.parse(blob(project, digest).toString());

const manifestOf = (project: Project, digest: string) => json(project, digest) as Manifest;

/** The entries of a tar, as another program lists them: mode, owner, name. */
const listed = async (project: Project, bytes: Uint8Array) => {
  const { stdout } = await runCli(['-tv', '--numeric-owner'], { cwd: project.path, command: 'tar', stdin: bytes });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +\d+ 1970-01-01 00:00(?::00)? /, ' '));
};

test('a view has the layers of the kit, and a link by which its root is found as models', async () => {
  using net = await createNet();
  const { digest, kit } = await net.image('-t', 'oci:images:view');
  const { config, layers, annotations } = manifestOf(net, digest);
  const inspected = JSON.parse(await net.succeed('inspect', 'net:v1')) as { readonly manifest: Manifest };
  assert.deepEqual(
    layers.slice(1).map((layer) => layer.digest),
    inspected.manifest.layers.map((layer) => layer.digest),
  );
  assert.ok(layers.every(({ mediaType }) => mediaType === 'application/vnd.oci.image.layer.v1.tar'));
  assert.deepEqual(await listed(net, blob(net, layers[0]?.digest ?? '')), ['lrwxrwxrwx 0/0 models -> .']);
  const { os, architecture, rootfs } = json(net, config.digest);
  assert.deepEqual([os, architecture, rootfs.diff_ids], ['linux', 'amd64', layers.map((layer) => layer.digest)]);
  assert.equal(annotations['dev.kitwright.kit.digest'], kit);
  assert.equal(annotations['dev.kitwright.kit.reference'], 'net:v1');
  assert.equal(annotations['org.opencontainers.image.version'], '1.2.0');
});

test('at most 10 KB are pushed for a view beside its kit, and the second time nothing', async () => {
  using net = await createNet({ 'model/net.bin': Buffer.alloc(3_000_000, 'n') });
  await using registry = await startRegistry();
  const name = `${registry.host}/team/net`;
  await net.succeed('pack', 'project', '-t', `${name}:v1`, '--push');
  const before = registry.requests.length;
  const image = async () =>
    JSON.parse(await net.succeed('--json', 'image', `${name}:v1`, '-t', `${name}:v1-image`)) as {
      readonly bytes: number;
    };
  const { bytes } = await image();
  assert.ok(bytes > 0 && bytes < 10_000, String(bytes));
  const sent = registry.requests.slice(before).filter(({ method }) => method === 'PATCH' || method === 'POST');
  assert.ok(sent.length <= 4, JSON.stringify(sent));
  assert.equal((await image()).bytes, 0);
  const elsewhere = `${registry.host}/volumes/net:v1`;
  const { bytes: there, mounted } = JSON.parse(await net.succeed('--json', 'image', `${name}:v1`, '-t', elsewhere));
  assert.ok(there < 10_000 && mounted >= 2, `${there} bytes were sent, ${mounted} blobs taken over`);
});

test('a view of a kit at a registry reads the headers of its layers, and not its files', async () => {
  using net = await createNet({ 'model/net.bin': Buffer.alloc(9_000_000, 'n') });
  await using registry = await startRegistry();
  const name = `${registry.host}/team/net`;
  await net.succeed('pack', 'project', '-t', `${name}:v1`, '--push');
  const before = registry.requests.length;
  const { code, stdout, stderr } = await runCli(
    ['--config', join(net.path, 'there'), '--json', 'image', `${name}:v1`, '-t', `${name}:view`],
    { cwd: net.path },
  );
  assert.equal(code, 0, stderr);
  assert.ok(JSON.parse(stdout).bytes < 10_000, stdout);
  const asked = registry.requests
    .slice(before)
    .filter(({ method, headers }) => method === 'GET' && headers['range'])
    .map(({ headers }) => /^bytes=(\d+)-(\d+)$/.exec(String(headers['range'])) ?? []);
  const bytes = asked.reduce((sum, [, start, end]) => sum + Number(end) - Number(start) + 1, 0);
  assert.ok(asked.length > 0 && bytes < 1_000_000, `${bytes} in ${asked.length} requests`);
});

test('a modelcar has the files below models, readable for all, and belongs to root', async () => {
  using net = await createNet();
  const { digest } = await net.image('--type', 'modelcar', '-t', 'oci:images:car');
  const { layers } = manifestOf(net, digest);
  assert.deepEqual(await listed(net, blob(net, layers[0]?.digest ?? '')), [
    'drwxr-xr-x 0/0 models',
    'drwxr-xr-x 0/0 models/model',
    'drwxr-xr-x 0/0 models/model/deep',
    '-rw-r--r-- 0/0 models/model/deep/config.json',
    '-rw-r--r-- 0/0 models/model/net.bin',
  ]);
  assert.deepEqual((await listed(net, blob(net, layers[1]?.digest ?? ''))).slice(-1), [
    '-rw-r--r-- 0/0 models/data.csv',
  ]);
});

test('a compressed modelcar is gzip, and has the same files; --path and --filter choose where and which', async () => {
  using net = await createNet();
  const flags = ['--type', 'modelcar', '--compression', 'gzip', '--path', '/opt/net/', '-f', 'model'];
  const { digest } = await net.image(...flags, '-t', 'oci:images:car');
  const [layer, ...others] = manifestOf(net, digest).layers;
  assert.equal(layer?.mediaType, 'application/vnd.oci.image.layer.v1.tar+gzip');
  assert.equal(others.length, 0);
  const names = await listed(net, gunzipSync(blob(net, layer.digest)));
  assert.equal(names.at(-1), '-rw-r--r-- 0/0 opt/net/model/net.bin');
});

test('a raw image has each file as a layer under its name, and unpacks as a kit', async () => {
  using net = await createNet();
  const { digest } = await net.image('--type', 'raw', '-t', 'oci:images:raw');
  const { layers, artifactType } = manifestOf(net, digest);
  assert.equal(artifactType, 'application/vnd.cncf.model.manifest.v1+json');
  assert.deepEqual(
    layers.map(({ annotations }) => annotations?.['org.opencontainers.image.title']),
    ['model/deep/config.json', 'model/net.bin', 'data.csv'],
  );
  assert.equal(blob(net, layers[2]?.digest ?? '').toString(), 'a,b\n');
  await net.succeed('unpack', 'oci:images:raw', '-d', 'out');
  assert.equal(readFileSync(join(net.path, 'out', 'model', 'net.bin')).byteLength, 70_000);
});

test('several platforms get an index, and share their layers', async () => {
  using net = await createNet();
  const { digest } = await net.image('--platform', 'linux/amd64,linux/arm64/v8', '-t', 'oci:images:both');
  const { manifests } = manifestOf(net, digest);
  assert.deepEqual(
    manifests.map(({ platform }) => platform),
    [
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm64', os: 'linux', variant: 'v8' },
    ],
  );
  const [first, second] = manifests.map((entry) => manifestOf(net, entry.digest));
  assert.deepEqual(first?.layers, second?.layers);
});

test('the same kit gives the same image in any store, with the time of the kit or SOURCE_DATE_EPOCH', async () => {
  using net = await createNet();
  const types = [
    ['--type', 'view'],
    ['--type', 'modelcar'],
    ['--type', 'modelcar', '--compression', 'gzip'],
    ['--type', 'raw'],
  ];
  await net.succeed('save', 'net:v1', '-o', 'kits.tar');
  const there = (...args: readonly string[]) =>
    runCli(['--config', join(net.path, 'there'), ...args], { cwd: net.path, umask: 0o077 });
  await there('load', 'kits.tar');
  for (const type of types) {
    const { digest } = await net.image(...type, '--dry-run');
    const other = JSON.parse((await there('--json', 'image', 'net:v1', ...type, '--dry-run')).stdout);
    assert.equal(other.digest, digest, type.join(' '));
  }
  const dated = await runCli(['--config', net.home, '--json', 'image', 'net:v1', '-t', 'oci:images:dated'], {
    cwd: net.path,
    env: { SOURCE_DATE_EPOCH: '1700000000' },
  });
  const { annotations, config } = manifestOf(net, JSON.parse(dated.stdout).digest);
  assert.equal(annotations['org.opencontainers.image.created'], '2023-11-14T22:13:20Z');
  assert.equal(json(net, config.digest).created, '2023-11-14T22:13:20Z');
});

test('labels and annotations of the user are set', async () => {
  using net = await createNet();
  const { digest } = await net.image('--image-label', 'team=a=b', '-a', 'note=x', '-t', 'oci:images:it');
  const { annotations, config } = manifestOf(net, digest);
  assert.equal(annotations['note'], 'x');
  assert.equal(json(net, config.digest).config.Labels.team, 'a=b');
});

test('a base stays below the model, with its settings, and its own layers are named after it', async () => {
  using net = await createNet();
  const { digest: base } = await net.image(
    '--type',
    'modelcar',
    '-f',
    'datasets',
    '--image-label',
    'of=base',
    '-t',
    'oci:images:base',
  );
  const { digest } = await net.image(
    '--type',
    'modelcar',
    '-f',
    'model',
    '--base',
    'oci:images:base',
    '-t',
    'oci:images:car',
  );
  const [below, image] = [manifestOf(net, base), manifestOf(net, digest)];
  assert.deepEqual(image.layers[0], below.layers[0]);
  assert.equal(image.layers.length, 2);
  assert.equal(image.annotations['org.opencontainers.image.base.digest'], base);
  const config = json(net, image.config.digest);
  assert.equal(config.config.Labels.of, 'base');
  assert.equal(config.history.length, 2);
  const { stderr } = await net.run(
    'image',
    'net:v1',
    '--type',
    'modelcar',
    '--base',
    'oci:images:base',
    '--platform',
    'linux/s390x',
    '--dry-run',
  );
  assert.match(stderr, /image-refused: oci:images:base cannot be the base: it is for linux\/amd64, not linux\/s390x/);
});

test('a kit with a referenced model has that model in its image', async () => {
  using net = await createNet({
    'child/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: "net:v1"}\ncode: [{path: run.py}]\n',
    'child/run.py': 'x',
  });
  await net.succeed('pack', 'project/child', '-t', 'child:v1');
  const { digest } = JSON.parse(await net.succeed('--json', 'image', 'child:v1', '-t', 'oci:images:child'));
  assert.equal(manifestOf(net, digest).layers.length, 3);
});

test('nothing is left of compressed layers', async () => {
  using net = await createNet();
  await net.image('--type', 'modelcar', '--compression', 'gzip', '-t', 'oci:images:car');
  assert.deepEqual(readdirSync(join(net.home, 'cache', 'image')), []);
});

test('layers compressed with gzip and zstd are those of a view too, under their diffIds', async () => {
  for (const compression of ['gzip', 'zstd']) {
    using net = await createNet({}, '--compression', compression);
    const { digest } = await net.image('-t', 'oci:images:view');
    const { layers, config } = manifestOf(net, digest);
    assert.equal(layers[1]?.mediaType, `application/vnd.oci.image.layer.v1.tar+${compression}`);
    assert.notEqual(json(net, config.digest).rootfs.diff_ids[1], layers[1]?.digest);
  }
});
