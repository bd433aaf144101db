import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';
import { runHosted } from '../support/runHosted.ts';
import { writeKeyPair } from '../support/writeKeyPair.ts';

const env = { COSIGN_PASSWORD: 'p', KITWRIGHT_PLAIN_HTTP: '1' };

interface Started extends AsyncDisposable {
  readonly registry: TestRegistry;
  readonly project: Project;
  readonly reference: string;
  readonly digest: string;
  /** A container with a home of its own, whose volume is `models`. */
  readonly run: (variables?: Readonly<Record<string, string>>) => ReturnType<typeof runHosted>;
  readonly at: (...names: readonly string[]) => string;
}

const start = async (weights: Uint8Array | string = 'weights', ...flags: readonly string[]): Promise<Started> => {
  await using stack = new AsyncDisposableStack();
  const registry = stack.use(await startRegistry());
  const files = {
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ndocs: [{path: d.md}]\n',
    'm/net.bin': weights,
    'd.md': 'doc',
  };
  const project = createProject(files, env);
  stack.defer(() => project[Symbol.dispose]());
  const reference = `${registry.host}/team/net:v1`;
  await writeKeyPair(project.path, env.COSIGN_PASSWORD);
  const digest = digestIn(await project.run('pack', 'project', '-t', reference, '--push', ...flags));
  const at = (...names: readonly string[]) => join(project.path, 'models', ...names);
  const variables = { ...env, MODELKIT_REF: reference, UNPACK_PATH: at() };
  const cwd = join(project.path, 'pod');
  mkdirSync(cwd);
  const run: Started['run'] = (more = {}) => runHosted(['init-container'], { cwd, env: { ...variables, ...more } });
  const kept = stack.move();
  return { registry, project, reference, digest, run, at, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

test('the model is unpacked, and a line says what came from where, by whom and into which pod', async () => {
  await using started = await start('weights', '--sign', 'cosign.key');
  const variables = {
    COSIGN_KEY: join(started.project.path, 'cosign.pub'),
    POD_NAME: 'net-0',
    POD_NAMESPACE: 'serving',
    DEPLOYMENT_LOG: started.at('..', 'deployments.jsonl'),
  };
  const { code, stdout, stderr } = await started.run(variables);
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(started.at('m', 'net.bin'), 'utf8'), 'weights');
  assert.ok(!existsSync(started.at('d.md')));
  const { time, signer, ...entry } = JSON.parse(stdout) as Record<string, string>;
  assert.deepEqual(entry, {
    reference: started.reference,
    digest: started.digest,
    pod: 'serving/net-0',
    path: started.at(),
  });
  assert.match(`${time} ${signer}`, /^\d{4}-\d\d-\d\dT.*Z .*[0-9a-f]{64}/);
  assert.equal(readFileSync(variables.DEPLOYMENT_LOG, 'utf8'), stdout);
  const key = { COSIGN_KEY: readFileSync(variables.COSIGN_KEY, 'utf8') };
  assert.equal((await started.run(key)).code, 0, 'the text of a key');
});

test('nothing is unpacked that is not signed as it must be', async () => {
  await using started = await start();
  const key = join(started.project.path, 'cosign.pub');
  for (const [variables, code] of [
    [{ COSIGN_KEY: key }, 'signature-missing'],
    [{ REQUIRE_SIGNATURE: '1' }, 'signature-missing'],
    [{ COSIGN_KEY: 'nothing.pub' }, 'key-invalid'],
    [{ COSIGN_CERT_IDENTITY: 'me@example.com' }, 'usage'],
    [{ MODELKIT_REF: '' }, 'usage'],
    [{ EXTRA_FLAGS: '--no-such-flag' }, 'usage'],
    [{ EXTRA_FLAGS: 'word' }, 'usage'],
  ] as const) {
    const { code: status, stderr, stdout } = await started.run(variables);
    assert.match(stderr, new RegExp(`\\[ERROR\\] (?:${code}: |.*${code})`), JSON.stringify(variables));
    assert.ok(status !== 0 && stdout === '');
  }
  assert.ok(!existsSync(started.at('m')));
  assert.match((await started.run()).stderr, /No signature is verified/);
});

test('a kit to which a signed one refers must be signed too, unless a digest names it', async () => {
  await using started = await start('weights', '--sign', 'cosign.key');
  const { project, registry } = started;
  const base = `${registry.host}/team/base:v1`;
  using other = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: b}\n', b: 'base' }, env);
  const digest = digestIn(await other.run('pack', 'project', '-t', base, '--push'));
  const deliver = async (model: string) => {
    project.write({ Kitfile: `manifestVersion: 1.0.0\nmodel: {path: "${model}", parts: [{path: m}]}\n` });
    await project.run('pack', 'project', '-t', started.reference, '--push', '--sign', 'cosign.key');
    return started.run({ COSIGN_KEY: join(project.path, 'cosign.pub') });
  };
  const { code, stderr } = await deliver(base);
  assert.equal(code, 4, stderr);
  assert.match(
    stderr,
    /signature-missing: The kit refers to \S+\/team\/base:v1, which must be signed too: Nothing attached/,
  );
  assert.ok(!existsSync(started.at('b')) && !existsSync(started.at('m')));
  assert.equal((await deliver(base.replace(':v1', `@${digest}`))).code, 0);
  assert.equal(readFileSync(started.at('b'), 'utf8'), 'base');
  assert.equal((await project.run('sign', base, '--key', 'cosign.key')).code, 0);
  assert.equal((await deliver(base)).code, 0);
});

test('a kit that a rule of the config covers too, and those to which it refers, are delivered where both are met', async () => {
  await using started = await start('weights', '--sign', 'cosign.key');
  const { project, registry } = started;
  const base = `${registry.host}/team/base:v1`;
  using other = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: b}\n', b: 'base' }, env);
  await other.run('pack', 'project', '-t', base, '--push');
  project.write({ Kitfile: `manifestVersion: 1.0.0\nmodel: {path: "${base}", parts: [{path: m}]}\n` });
  await project.run('pack', 'project', '-t', started.reference, '--push', '--sign', 'cosign.key');
  const key = join(project.path, 'cosign.pub');
  const home = join(project.path, 'rules');
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(
    join(home, 'config.json'),
    JSON.stringify({ verify: [{ match: `${registry.host}/team/**`, keys: [key] }] }),
  );
  const variables = { KITWRIGHT_HOME: home, COSIGN_KEY: key };
  const refused = await started.run(variables);
  assert.match(refused.stderr, /policy-refused: \S+\/team\/base:v1 does not meet the rule/);
  assert.ok(!existsSync(started.at('b')));
  assert.equal((await project.run('sign', base, '--key', 'cosign.key')).code, 0);
  const { code, stderr } = await started.run(variables);
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(started.at('b'), 'utf8'), 'base');
});

test('a kit does not say of a directory that another one, which is signed, is there already', async () => {
  await using started = await start('weights', '--sign', 'cosign.key');
  using forger = createProject(
    {
      Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: .kitwright}\n',
      '.kitwright/kit': started.digest.replace(':', '-'),
      '.kitwright/files.json': '[]',
    },
    env,
  );
  const forged = `${started.registry.host}/team/forged:v1`;
  await forger.run('pack', 'project', '-t', forged, '--push');
  const { code, stderr } = await started.run({ MODELKIT_REF: forged });
  assert.notEqual(code, 0);
  assert.match(stderr, /unpack-refused: The kit has \.kitwright, /);
  const signed = await started.run({ COSIGN_KEY: join(started.project.path, 'cosign.pub') });
  assert.equal(signed.code, 0, signed.stderr);
  assert.equal(readFileSync(started.at('m', 'net.bin'), 'utf8'), 'weights');
});

test('nor does one that was unpacked there before, over it or beside it, by other programs', async () => {
  await using started = await start('weights', '--sign', 'cosign.key');
  const key = { COSIGN_KEY: join(started.project.path, 'cosign.pub') };
  const forge = (folder: string) => {
    mkdirSync(started.at(folder, 'stage'), { recursive: true });
    writeFileSync(started.at(folder, 'kit'), started.digest.replace(':', '-'));
    writeFileSync(started.at(folder, 'files.json'), '[]');
  };
  using forger = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: .kitwright}]\n',
    'm/net.bin': 'evil',
    '.kitwright/made': '',
    '.kitwright/kit': started.digest.replace(':', '-'),
    '.kitwright/files.json': '[]',
  });
  await forger.run('pack', 'project', '-t', 'forged');
  for (const flags of [[], ['-o']]) {
    assert.equal((await forger.run('unpack', 'forged', '-d', started.at(), ...flags)).code, 0);
    forge('.kitwright');
    const { code, stderr } = await started.run(key);
    assert.equal(code, 0, stderr);
    assert.equal(readFileSync(started.at('m', 'net.bin'), 'utf8'), 'weights');
  }
});

test('files that were kept are not taken for those of the kit by a container that keeps none', async () => {
  await using started = await start('weights', '--sign', 'cosign.key');
  mkdirSync(started.at('m'), { recursive: true });
  writeFileSync(started.at('m', 'net.bin'), 'half');
  assert.equal((await started.run({ EXTRA_FLAGS: '--ignore-existing' })).code, 0);
  assert.equal(readFileSync(started.at('m', 'net.bin'), 'utf8'), 'half');
  assert.equal((await started.run()).code, 0);
  assert.equal(readFileSync(started.at('m', 'net.bin'), 'utf8'), 'weights');
});

// Only root can give files away.
const needsRoot = process.getuid?.() === 0 ? false : 'needs root';
const stranger = 12_345;

test('what another user of the volume says is delivered is not believed', { skip: needsRoot }, async () => {
  await using started = await start('weights', '--sign', 'cosign.key');
  const key = { COSIGN_KEY: join(started.project.path, 'cosign.pub') };
  const outside = join(started.project.path, 'outside');
  writeFileSync(outside, '');
  for (const path of ['', 'm', '.kitwright', '.kitwright/stage']) mkdirSync(started.at(path));
  writeFileSync(started.at('.kitwright/kit'), started.digest.replace(':', '-'));
  writeFileSync(started.at('.kitwright/files.json'), '[]');
  writeFileSync(started.at('m/net.bin'), 'evil');
  symlinkSync(outside, started.at('.kitwright/stage/layers'));
  for (const path of ['m/net.bin', '.kitwright', '.kitwright/kit', '.kitwright/files.json', '.kitwright/stage'])
    chownSync(started.at(path), stranger, stranger);
  assert.equal((await started.run(key)).code, 0);
  assert.equal(readFileSync(started.at('m', 'net.bin'), 'utf8'), 'weights');
  const { mtime } = statSync(started.at('m', 'net.bin'));
  writeFileSync(started.at('m', 'net.bin'), 'forged!');
  utimesSync(started.at('m', 'net.bin'), mtime, mtime);
  chownSync(started.at('m', 'net.bin'), stranger, stranger);
  assert.equal((await started.run(key)).code, 0);
  assert.equal(readFileSync(started.at('m', 'net.bin'), 'utf8'), 'weights');
  assert.equal(readFileSync(outside, 'utf8'), '');
});

test('a directory to which somebody gave the name of what is known of a volume is moved aside, and not removed', async () => {
  await using started = await start();
  mkdirSync(started.at('.kitwright', 'thesis'), { recursive: true });
  writeFileSync(started.at('.kitwright', 'thesis', 'text'), 'mine');
  const { code, stderr } = await started.run();
  assert.equal(code, 0, stderr);
  const aside = readdirSync(started.at()).filter((name) => name.startsWith('.kitwright-aside-'));
  assert.equal(readFileSync(started.at(aside[0] ?? '', 'thesis', 'text'), 'utf8'), 'mine');
});

test('a container that is started again reads nothing twice, and heals what was changed', async () => {
  await using started = await start();
  await started.run();
  const before = statSync(started.at('m', 'net.bin')).ctimeMs;
  const count = started.registry.requests.length;
  assert.equal((await started.run()).code, 0);
  const since = started.registry.requests
    .slice(count)
    .filter(({ method, path }) => method === 'GET' && /blobs/.test(path));
  assert.ok(since.length <= 1, 'the config alone');
  assert.equal(statSync(started.at('m', 'net.bin')).ctimeMs, before);
  writeFileSync(started.at('m', 'net.bin'), 'something else');
  await started.run();
  assert.equal(readFileSync(started.at('m', 'net.bin'), 'utf8'), 'weights');
});

test('what somebody else left is replaced, or kept where the flags say so', async () => {
  await using started = await start();
  mkdirSync(started.at('m'), { recursive: true });
  writeFileSync(started.at('m', 'net.bin'), 'half');
  assert.equal((await started.run({ EXTRA_FLAGS: '--ignore-existing' })).code, 0);
  assert.equal(readFileSync(started.at('m', 'net.bin'), 'utf8'), 'half');
  await using other = await start();
  mkdirSync(other.at('m'), { recursive: true });
  writeFileSync(other.at('m', 'net.bin'), 'half');
  assert.equal((await other.run()).code, 0);
  assert.equal(readFileSync(other.at('m', 'net.bin'), 'utf8'), 'weights');
});

test('flags choose the directory and more elements; a moved tag replaces the model', async () => {
  await using started = await start();
  const flags = {
    EXTRA_FLAGS: `--filter docs -d ${started.at('..', 'other')} --log-level error`,
    UNPACK_FILTER: 'model',
  };
  const { stderr } = await started.run(flags);
  assert.doesNotMatch(stderr, /WARN/);
  assert.equal(readFileSync(started.at('..', 'other', 'd.md'), 'utf8'), 'doc');
  await started.run();
  started.project.write({ 'm/net.bin': 'newer' });
  await started.project.run('pack', 'project', '-t', started.reference, '--push');
  assert.equal((await started.run()).code, 0);
  assert.equal(readFileSync(started.at('m', 'net.bin'), 'utf8'), 'newer');
});

const listed = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

/** Is a chunk of a download known to be there? The state begins with 40 bytes about the machine. */
const isNoted = (folder: string): boolean => {
  const states = listed(folder).filter((name) => name.endsWith('.done'));
  return states.some((name) => statSync(join(folder, name)).size > 40);
};

test('after a kill the rest of a large layer is downloaded, into a volume that is half full', async () => {
  const chunk = 16 * 1024 * 1024;
  const weights = Buffer.alloc(3 * chunk, 'w');
  await using started = await start(weights);
  const { registry, at } = started;
  const blobs = () => registry.requests.filter(({ method, headers }) => method === 'GET' && headers['range']);
  registry.faults.push({ method: 'GET', path: /blobs/, skip: 2, action: { kind: 'silence' } });
  const variables = {
    ...process.env,
    ...env,
    HOME: at('..', 'pod'),
    MODELKIT_REF: started.reference,
    UNPACK_PATH: at(),
  };
  const child = spawn(nodePath, [cliPath, 'init-container'], { env: variables, stdio: 'ignore' });
  const stages = () => listed(at('.kitwright')).map((mark) => at('.kitwright', mark, 'stage'));
  while (!stages().some((stage) => isNoted(join(stage, 'layers', 'partials')))) await delay(20);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(!existsSync(at('m')));
  registry.faults.length = 0;
  const count = blobs().length;
  const { code, stderr } = await started.run();
  assert.equal(code, 0, stderr);
  assert.ok(readFileSync(at('m', 'net.bin')).equals(weights));
  const ranges = blobs()
    .slice(count)
    .map(({ headers }) => headers['range']);
  assert.ok(
    ranges.length && ranges.every((range) => Number(/bytes=(\d+)/.exec(String(range))?.[1]) >= chunk),
    String(ranges),
  );
  assert.ok(!stages().some((stage) => existsSync(stage)));
});

test('nothing is written or removed through a link in the place of what is known of a volume', async () => {
  await using started = await start();
  const outside = join(started.project.path, 'outside');
  for (const folder of [started.at(), join(outside, 'stage')]) mkdirSync(folder, { recursive: true });
  for (const name of ['kit', 'files.json', 'stage/a']) writeFileSync(join(outside, name), 'mine');
  symlinkSync(outside, started.at('.kitwright'));
  const { code, stderr } = await started.run();
  assert.equal(code, 4, stderr);
  assert.match(stderr, /path-is-link: \.kitwright is a link/);
  for (const name of ['kit', 'files.json', 'stage/a']) assert.equal(readFileSync(join(outside, name), 'utf8'), 'mine');
});
