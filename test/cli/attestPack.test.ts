import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const env = { KITWRIGHT_PLAIN_HTTP: '1', COSIGN_PASSWORD: 'secret', PYTHONHASHSEED: '7' };
const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\ncode: [{path: src}]\n',
  'net.bin': 'weights',
  'src/a.py': 'print(1)',
  'src/empty': '',
};

const createAttested = () => {
  const project = createProject(files, env);
  const ok: Project['run'] = async (...args) => {
    const result = await project.run(...args);
    assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
    return result;
  };
  return { ...project, ok };
};

type Attested = ReturnType<typeof createAttested>;

interface Statement {
  readonly _type: string;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: string;
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: string;
      readonly externalParameters: Readonly<Record<string, unknown>>;
      readonly internalParameters?: unknown;
      readonly resolvedDependencies: readonly Resource[];
    };
    readonly runDetails: { readonly builder: { readonly id: string }; readonly metadata?: unknown };
  };
}

interface Resource {
  readonly name?: string;
  readonly uri?: string;
  readonly digest: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** The bytes of the unsigned statements that are attached to a local kit. */
const statementsOf = async ({ ok, store }: Attested, reference: string): Promise<readonly string[]> => {
  const { stdout } = await ok('--json', 'discover', reference, '--artifact-type', 'application/vnd.in-toto+json');
  const { referrers } = JSON.parse(stdout) as { readonly referrers: readonly { readonly digest: string }[] };
  const blob = (digest: string) => readFileSync(join(store, 'blobs', 'sha256', digest.slice(7)), 'utf8');
  return referrers.map(({ digest }) => {
    const { layers } = JSON.parse(blob(digest)) as { readonly layers: readonly { readonly digest: string }[] };
    return blob(layers[0]?.digest ?? '');
  });
};

const statementOf = async (project: Attested, reference: string): Promise<Statement> => {
  const [text = '', ...more] = await statementsOf(project, reference);
  assert.deepEqual(more, []);
  return JSON.parse(text) as Statement;
};

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

const git = (cwd: string, ...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd, encoding: 'utf8' });

const fileNames = ({ predicate }: Statement) =>
  predicate.buildDefinition.resolvedDependencies.flatMap(({ name, digest }) =>
    name !== undefined && digest['sha256'] !== undefined ? [[name, digest['sha256']]] : [],
  );

test('pack --attest attaches how a kit was made, with the digest of each file', async () => {
  using project = createAttested();
  const digest = digestIn(await project.ok('pack', 'project', '-t', 'r.example.com/team/x:v1', '--attest'));
  const { _type, subject, predicateType, predicate } = await statementOf(project, 'store:r.example.com/team/x:v1');
  assert.deepEqual([_type, predicateType], ['https://in-toto.io/Statement/v1', 'https://slsa.dev/provenance/v1']);
  assert.deepEqual(subject, [{ name: 'r.example.com/team/x', digest: { sha256: digest.slice(7) } }]);
  assert.match(predicate.buildDefinition.buildType, /^https:\/\/.*\/build-v1\.md$/);
  assert.deepEqual(predicate.buildDefinition.externalParameters, {
    kitfile: { path: 'Kitfile', digest: { sha256: sha256(files.Kitfile) } },
    directory: '.',
  });
  assert.deepEqual(predicate.buildDefinition.internalParameters, { environment: { PYTHONHASHSEED: '7' } });
  assert.deepEqual(
    fileNames({ predicate } as Statement),
    ['net.bin', 'src/a.py', 'src/empty'].map((name) => [name, sha256(files[name as keyof typeof files])]),
  );
  assert.equal(predicate.runDetails.metadata, undefined);
});

test('the same build gives the same bytes, elsewhere too', async () => {
  using one = createAttested();
  using two = createAttested();
  git(one.directory, 'init', '-q');
  git(one.directory, 'add', '.');
  git(one.directory, 'commit', '-qm', 'one', '--date', '2020-01-01T00:00:00Z');
  cpSync(one.directory, two.directory, { recursive: true });
  for (const project of [one, two, one]) await project.ok('pack', 'project', '-t', 'x:v1', '--attest');
  const [first] = await statementsOf(one, 'x:v1');
  assert.deepEqual(await statementsOf(two, 'x:v1'), [first]);
  assert.deepEqual(await statementsOf(one, 'x:v1'), [first]);
});

test('the commit is named, and whether files differ from it', async () => {
  using project = createAttested();
  const { path, directory, ok, write } = project;
  git(path, 'init', '-q');
  git(path, 'remote', 'add', 'origin', 'https://me:secret@example.com/team/model.git');
  git(path, 'add', 'project');
  git(path, 'commit', '-qm', 'one');
  const commit = git(directory, 'rev-parse', 'HEAD').trim();
  for (const dirty of [false, true]) {
    if (dirty) write({ 'src/a.py': 'print(2)' });
    await ok('pack', 'project', '-t', `x:${dirty}`, '--attest');
    const { buildDefinition } = (await statementOf(project, `x:${dirty}`)).predicate;
    assert.deepEqual(buildDefinition.resolvedDependencies[0], {
      uri: 'git+https://example.com/team/model.git',
      digest: { gitCommit: commit },
      annotations: { dirty },
    });
    assert.equal(buildDefinition.externalParameters['directory'], 'project');
  }
});

for (const [kind, flags] of Object.entries({
  plain: [],
  compressed: ['--compression', 'gzip'],
  raw: ['--layer-format', 'raw'],
  'only referenced': ['--capture', 'reference'],
}))
  test(`the digests are those of the files as they are now, in layers that are ${kind}`, async () => {
    using project = createAttested();
    const { ok, write, store } = project;
    if (kind === 'raw') write({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n' });
    const large = 'x'.repeat(300_000);
    const packed = async (tag: string) => {
      await ok('pack', 'project', '-t', `x:${tag}`, '--attest', ...flags);
      return Object.fromEntries(fileNames(await statementOf(project, `x:${tag}`))) as Record<string, string>;
    };
    await ok('pack', 'project', '-t', 'x:before', ...flags);
    assert.equal((await packed('unchanged'))['net.bin'], sha256('weights'));
    write({ 'net.bin': large });
    assert.equal((await packed('changed'))['net.bin'], sha256(large));
    write({ 'net.bin': 'short' });
    const again = await packed('again');
    assert.equal(again['net.bin'], sha256('short'));
    if (kind !== 'raw') assert.equal(again['src/a.py'], sha256(files['src/a.py']));
    for (const name of readdirSync(join(store, 'digests'))) writeFileSync(join(store, 'digests', name), 'damaged');
    assert.deepEqual(await packed('damaged'), again);
  });

test('times are recorded if they were asked for, and variables that were named', async () => {
  using project = createAttested();
  const { path, home, ok } = project;
  await ok('pack', 'project', '-t', 'x:now', '--attest', '--attest-times');
  const { metadata } = (await statementOf(project, 'x:now')).predicate.runDetails;
  assert.match(JSON.stringify(metadata), /^\{"finishedOn":"20\d\d-[^"]*Z","startedOn":"20\d\d-[^"]*Z"\}$/);
  const dated = { ...env, SOURCE_DATE_EPOCH: '86400', TASK: 'night', KITWRIGHT_ATTEST_ENV: 'TASK' };
  const args = ['--config', home, 'pack', 'project', '-t', 'x:dated', '--attest'];
  assert.equal((await runHosted(args, { cwd: path, env: dated })).code, 0);
  const { buildDefinition, runDetails } = (await statementOf(project, 'x:dated')).predicate;
  const day = '1970-01-02T00:00:00Z';
  assert.deepEqual(runDetails.metadata, { startedOn: day, finishedOn: day });
  const environment = { PYTHONHASHSEED: '7', SOURCE_DATE_EPOCH: '86400', TASK: 'night' };
  assert.deepEqual(buildDefinition.internalParameters, { environment });
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1', '--attest', '--attest-env', 'MY_TOKEN')).code, 2);
  assert.equal((await project.run('pack', 'project', '--attest')).code, 2);
});

test('a kit on which another one stands is named with its digest', async () => {
  using project = createAttested();
  const { ok, write } = project;
  const base = digestIn(await ok('pack', 'project', '-t', 'base:v1'));
  write({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: base:v1}\ncode: [{path: src}]\n' });
  await ok('pack', 'project', '-t', 'tuned:v1', '--attest');
  const { resolvedDependencies } = (await statementOf(project, 'tuned:v1')).predicate.buildDefinition;
  assert.deepEqual(resolvedDependencies[0], {
    name: 'base:v1',
    digest: { sha256: base.slice(7) },
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
  });
});

test('with a key it is signed, travels with a push, and is verified by its type; it is no signature', async () => {
  using project = createAttested();
  const { ok, run, write } = project;
  await using registry = await startRegistry();
  const reference = `${registry.host}/team/x:v1`;
  await ok('generate-key-pair');
  await ok('pack', 'project', '-t', reference, '--attest', '--sign', 'cosign.key', '--push');
  const attestation = ['--json', 'verify-attestation', reference, '--key', 'cosign.pub', '--type', 'slsaprovenance1'];
  const { verified } = JSON.parse((await ok(...attestation)).stdout) as { readonly verified: readonly Statement[] };
  const names = verified.map((each) => fileNames(each).map(([name]) => name));
  assert.deepEqual(names, Array(2).fill(['net.bin', 'src/a.py', 'src/empty']));
  await ok('verify', reference, '--key', 'cosign.pub');
  write({ 'net.bin': 'others' });
  await ok('pack', 'project', '-t', 'plain:v1', '--attest');
  const unsigned = await run('--json', 'verify-attestation', 'plain:v1', ...attestation.slice(3));
  assert.equal(unsigned.code, 4);
  assert.match(unsigned.stderr, /"signature-missing"/);
});

test('watch --attest says what it ran, without secrets, of each kit', async () => {
  using project = createAttested();
  const { ok, directory } = project;
  const script = 'require("fs").writeFileSync(process.argv[1], "trained")';
  const command = [process.execPath, '-e', script, join(directory, 'net.bin'), '--api-token', 'secret123'];
  const { stderr } = await ok(
    '--json',
    'watch',
    'project',
    '-t',
    'run:v1',
    '--attest',
    '--run',
    'night',
    '--',
    ...command,
  );
  assert.match(stderr, /"type":"attested"/);
  const { predicate } = await statementOf(project, 'run:v1');
  const { command: shown } = predicate.buildDefinition.externalParameters;
  assert.match(String(shown), / \.\/net\.bin --api-token \*\*\*$/);
  assert.deepEqual(predicate.runDetails.metadata, { invocationId: 'night' });
  assert.deepEqual(fileNames({ predicate } as Statement)[0], ['net.bin', sha256('trained')]);
});
