import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Fault, type RegistryOptions, startRegistry, type TestRegistry } from '@kitwright/testkit';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const sbomType = 'application/spdx+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const signatureType = 'application/vnd.cncf.notary.signature';

/** A packed kit `x:v1`, and files to attach. */
const createKit = async (): Promise<Project & { readonly digest: string; readonly ok: Project['run'] }> => {
  const project = createProject(
    { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n', 'net.bin': 'weights' },
    { KITWRIGHT_PLAIN_HTTP: '1' },
  );
  for (const name of ['sbom.json', 'sig']) writeFileSync(join(project.path, name), name);
  const ok: Project['run'] = async (...args) => {
    const result = await project.run(...args);
    assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
    return result;
  };
  return { ...project, ok, digest: digestIn(await ok('pack', 'project', '-t', 'x:v1')) };
};

interface Found {
  readonly artifactType: string;
  readonly digest: string;
  readonly referrers: readonly Found[];
}

const found = (text: string): readonly Found[] =>
  (JSON.parse(text) as { readonly referrers: readonly Found[] }).referrers;

/** The types of what is attached, with what is attached to that. */
const typesOf = (referrers: readonly Found[]): readonly unknown[] =>
  referrers.map(({ artifactType, referrers: theirs }) => [artifactType, ...typesOf(theirs)]).sort();

const attachBoth = async ({ ok }: { readonly ok: Project['run'] }, reference: string): Promise<void> => {
  await ok('attach', reference, `sbom.json:${sbomType}`, '--artifact-type', sbomType, '-a', 'a=b');
  await ok('attach', reference, 'sig', '--artifact-type', signatureType);
};

const both = [[sbomType], [signatureType]].sort();

/** The same commands with another store. */
const elsewhere =
  ({ path }: Project) =>
  async (...args: readonly string[]) => {
    const env = { KITWRIGHT_PLAIN_HTTP: '1' };
    const result = await runHosted(['--config', join(path, 'elsewhere'), ...args], { cwd: path, env });
    assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
    return result;
  };

const claim: Fault = {
  method: 'PUT',
  path: /manifests/,
  action: { kind: 'headers', headers: { 'oci-subject': `sha256:${'0'.repeat(64)}` } },
};

const registries: readonly (readonly [kind: string, options: RegistryOptions, faults: readonly Fault[]])[] = [
  ['with the API', {}, []],
  ['without the API', { family: 'distribution' }, []],
  ['that only claims to have the API', { family: 'distribution' }, [claim]],
];

const start = async (options: RegistryOptions, faults: readonly Fault[]): Promise<TestRegistry> => {
  const registry = await startRegistry(options);
  registry.faults.push(...faults);
  return registry;
};

for (const [kind, options, faults] of registries) {
  test(`what is attached travels through a registry ${kind}, an archive and a layout into another store`, async () => {
    using kit = await createKit();
    await using registry = await start(options, faults);
    const remote = `${registry.host}/team/x:v1`;
    await attachBoth(kit, 'x:v1');
    await kit.ok('push', 'x:v1', remote);
    await kit.ok('copy', remote, 'archive:kit.tar:v1');
    await kit.ok('copy', 'archive:kit.tar:v1', 'oci:layout:v1');
    const other = elsewhere(kit);
    await other('pull', 'oci:layout:v1');
    await other('pull', remote);
    for (const place of [remote, 'archive:kit.tar:v1', 'oci:layout:v1', 'layout:v1', `store:${remote}`])
      assert.deepEqual(typesOf(found((await other('--json', 'discover', place)).stdout)), both, place);
  });

  test(`attach and detach at a registry ${kind}`, async () => {
    using kit = await createKit();
    await using registry = await start(options, faults);
    const remote = `${registry.host}/team/x:v1`;
    await kit.ok('push', 'x:v1', remote);
    await attachBoth(kit, remote);
    await attachBoth(kit, remote);
    const [first] = found((await kit.ok('--json', 'discover', remote, '--artifact-type', sbomType)).stdout);
    await kit.ok('attach', remote.replace(/:v1$/, `@${first?.digest}`), 'sig', '--artifact-type', 'a/on-top');
    const before = typesOf(found((await kit.ok('--json', 'discover', remote)).stdout));
    assert.deepEqual(before, [[sbomType, ['a/on-top']], [signatureType]].sort());
    await kit.ok('detach', remote, first?.digest ?? '');
    assert.deepEqual(typesOf(found((await kit.ok('--json', 'discover', remote)).stdout)), [[signatureType]]);
  });

  test(`remove -r of a whole kit takes what is attached along, in a registry ${kind}`, async () => {
    using kit = await createKit();
    await using registry = await start(options, faults);
    const remote = `${registry.host}/team/x:v1`;
    await attachBoth(kit, 'x:v1');
    await kit.ok('push', 'x:v1', remote);
    await kit.ok('remove', '-r', '--force', remote);
    assert.deepEqual([...registry.content.tags.keys()], []);
    const left = [...registry.content.manifests.values()].map(({ bytes }) => String(bytes));
    assert.deepEqual(
      left.filter((text) => text.includes('subject')),
      [],
    );
  });
}

test('several that attach at the same time lose nothing, without the API too', async () => {
  using kit = await createKit();
  await using registry = await startRegistry({ family: 'distribution' });
  const remote = `${registry.host}/team/x:v1`;
  await kit.ok('push', 'x:v1', remote);
  const types = ['a/b', 'a/c', 'a/d', 'a/e'];
  await Promise.all(types.map((type) => kit.ok('attach', remote, 'sig', '--artifact-type', type)));
  const attached = found((await kit.ok('--json', 'discover', remote)).stdout);
  assert.deepEqual(attached.map(({ artifactType }) => artifactType).sort(), types);
});

test('--referrers chooses what travels', async () => {
  using kit = await createKit();
  await using registry = await startRegistry();
  await attachBoth(kit, 'x:v1');
  const cases: readonly (readonly [which: string, types: readonly unknown[]])[] = [
    ['all', both],
    ['signatures', [[signatureType]]],
    [sbomType, [[sbomType]]],
    ['none', []],
  ];
  for (const [at, [which, types]] of cases.entries()) {
    const remote = `${registry.host}/team/x${at}:v1`;
    await kit.ok('push', 'x:v1', remote, '--referrers', which);
    assert.deepEqual(typesOf(found((await kit.ok('--json', 'discover', remote)).stdout)), types, which);
  }
  const wrong = await kit.run('push', 'x:v1', `${registry.host}/team/y:v1`, '--referrers', 'some');
  assert.equal(wrong.code, 2);
});

/** A manifest as cosign writes it, here with blobs of the kit: one layer for each signature. */
const cosignManifest = (registry: TestRegistry, kit: string, layers: number) => {
  const { config } = JSON.parse(String(registry.content.manifests.get(`team/a ${kit}`)?.bytes)) as { config: object };
  const mediaType = 'application/vnd.dev.cosign.simplesigning.v1+json';
  const signatures = Array.from({ length: layers }, () => ({ ...config, mediaType }));
  const image = { ...config, mediaType: 'application/vnd.oci.image.config.v1+json' };
  const manifest = { mediaType: manifestType, config: image, layers: signatures };
  return { mediaType: manifestType, bytes: Buffer.from(JSON.stringify(manifest)) };
};

test("cosign's tags travel with a kit, and replace only what they hold", async () => {
  using kit = await createKit();
  await using registry = await startRegistry();
  const { manifests, tags } = registry.content;
  const [from, to] = [`${registry.host}/team/a:v1`, `${registry.host}/team/b:v1`];
  const tag = `sha256-${kit.digest.slice('sha256:'.length)}.sig`;
  await kit.ok('push', 'x:v1', from);
  const sign = (layers: number) => {
    const signature = cosignManifest(registry, kit.digest, layers);
    const digest = `sha256:${createHash('sha256').update(signature.bytes).digest('hex')}`;
    manifests.set(`team/a ${digest}`, signature);
    tags.set(`team/a ${tag}`, digest);
    return digest;
  };
  for (const digest of [1, 2].map(sign)) {
    tags.set(`team/a ${tag}`, digest);
    const other = elsewhere(kit);
    await other('pull', from);
    await other('copy', `store:${from}`, 'archive:signed.tar:v1');
    await kit.ok('copy', 'archive:signed.tar:v1', to, '--referrers', 'signatures');
    assert.equal(tags.get(`team/b ${tag}`), digest);
  }
  tags.set(`team/b ${tag}`, kit.digest);
  assert.match((await kit.ok('copy', from, to)).stderr, /which stay/);
  assert.equal(tags.get(`team/b ${tag}`), kit.digest);
});

test('what is attached to a local kit is shown, stays over gc, and goes with the last name', async () => {
  using kit = await createKit();
  await attachBoth(kit, 'x:v1');
  await kit.ok('tag', 'x:v1', 'y:v1');
  await kit.ok('remove', 'x:v1');
  assert.match((await kit.ok('list', '--referrers')).stdout, /1 application\/spdx\+json, 1 application\/vnd\.cncf/);
  const [row] = JSON.parse((await kit.ok('--json', 'list', '--referrers')).stdout) as { referrers: object }[];
  assert.deepEqual(row?.referrers, { count: 2, types: { [sbomType]: 1, [signatureType]: 1 } });
  assert.deepEqual(typesOf(found((await kit.ok('inspect', 'y:v1', '--referrers')).stdout)), both);
  assert.doesNotMatch((await kit.ok('inspect', 'y:v1')).stdout, /referrers/);
  assert.match((await kit.ok('discover', 'y:v1', '--tree')).stdout, /├── .*\n└── /);
  await kit.ok('remove', 'y:v1');
  assert.equal(
    (await kit.ok('--json', 'store', 'gc')).stdout.trim(),
    '{"v":1,"files":0,"bytes":0,"resolved":{"freed":[],"inUse":[]}}',
  );
  await kit.ok('pack', 'project', '-t', 'x:v1');
  assert.deepEqual(found((await kit.ok('--json', 'discover', 'x:v1')).stdout), []);
});

test('pulling a kit attaches it to no other, though it names that one as its subject', async () => {
  using kit = await createKit();
  await using registry = await startRegistry();
  const remote = `${registry.host}/evil/x:v1`;
  await kit.ok('push', 'x:v1', remote);
  await attachBoth(kit, remote);
  const [first] = found((await kit.ok('--json', 'discover', remote)).stdout);
  await kit.ok('copy', remote.replace(/:v1$/, `@${first?.digest}`), 'store:evil:v1');
  assert.deepEqual(found((await kit.ok('--json', 'discover', 'x:v1')).stdout), []);
});

test('what is attached to an index and to its kits travels with it', async () => {
  using kit = await createKit();
  await using registry = await startRegistry();
  const remote = `${registry.host}/team/x`;
  await kit.ok('tag', 'x:v1', `${remote}:v1`);
  await kit.ok('index', 'create', `${remote}:all`);
  await kit.ok('index', 'add', `${remote}:all`, `${remote}:v1`);
  for (const tag of ['v1', 'all']) await attachBoth(kit, `store:${remote}:${tag}`);
  await kit.ok('index', 'push', `${remote}:all`);
  const other = elsewhere(kit);
  await other('index', 'pull', `${remote}:all`);
  for (const place of [`${remote}:all`, `store:${remote}:v1`, `store:${remote}:all`])
    assert.deepEqual(typesOf(found((await other('--json', 'discover', place)).stdout)), both, place);
});

test('a list of a repository shows its kits, not the tags of what is attached', async () => {
  using kit = await createKit();
  await using registry = await startRegistry({ family: 'distribution' });
  const remote = `${registry.host}/team/x`;
  await kit.ok('push', 'x:v1', `${remote}:v1`);
  await attachBoth(kit, `${remote}:v1`);
  const rows = JSON.parse((await kit.ok('--json', 'list', remote, '--referrers')).stdout) as {
    tags: string[];
    referrers: object;
  }[];
  assert.deepEqual(
    rows.map(({ tags, referrers }) => [tags, referrers]),
    [[['v1'], { count: 2, types: { [sbomType]: 1, [signatureType]: 1 } }]],
  );
});

for (const place of ['archive:kit.tar:v1', 'oci:layout:v1'])
  test(`attach and detach at ${place}`, async () => {
    using kit = await createKit();
    await kit.ok('copy', 'x:v1', place);
    await attachBoth(kit, place);
    assert.deepEqual(typesOf(found((await kit.ok('--json', 'discover', place)).stdout)), both);
    await kit.ok('detach', place, '--artifact-type', sbomType);
    assert.deepEqual(typesOf(found((await kit.ok('--json', 'discover', place)).stdout)), [[signatureType]]);
    await kit.ok('unpack', place, '-d', 'out');
  });

test('a kit in a store that kit made gets its name in ours with what is attached, and its layers stay there', async () => {
  using kit = await createKit();
  await kit.ok('copy', 'x:v1', `oci:${join(kit.home, 'storage', 'localhost', 'x')}:v1`);
  await kit.ok('remove', 'x:v1');
  await attachBoth(kit, 'x:v1');
  await kit.ok('store', 'gc');
  assert.deepEqual(typesOf(found((await kit.ok('--json', 'discover', 'x:v1')).stdout)), both);
  await kit.ok('unpack', 'x:v1', '-d', 'out');
});

test('the same files and annotations give the same artifact; a date comes from SOURCE_DATE_EPOCH only', async () => {
  using kit = await createKit();
  await attachBoth(kit, 'x:v1');
  const before = found((await kit.ok('--json', 'discover', 'x:v1')).stdout);
  await attachBoth(kit, 'x:v1');
  assert.deepEqual(found((await kit.ok('--json', 'discover', 'x:v1')).stdout), before);
  const args = ['--config', kit.home, 'attach', 'x:v1', '--artifact-type', 'a/dated'];
  await runHosted(args, { cwd: kit.path, env: { SOURCE_DATE_EPOCH: '1' } });
  const { stdout } = await kit.ok('--json', 'discover', 'x:v1', '--artifact-type', 'a/dated');
  assert.match(stdout, /"org.opencontainers.image.created":"1970-01-01T00:00:01Z"/);
});

test('a plain push and pull cost two small requests at most, and none where nothing is attached locally', async () => {
  using kit = await createKit();
  await using registry = await startRegistry();
  const remote = `${registry.host}/team/x:v1`;
  const count = async (...args: readonly string[]) => {
    const before = registry.requests.length;
    await kit.ok(...args);
    return registry.requests.length - before;
  };
  await kit.ok('push', 'x:v1', remote);
  assert.equal(await count('push', 'x:v1', remote), await count('push', 'x:v1', remote, '--referrers', 'none'));
  await kit.ok('pull', remote);
  assert.equal((await count('pull', remote)) - (await count('pull', remote, '--referrers', 'none')), 2);
});

for (const status of [403, 404, 405])
  test(`a pull from a registry whose referrers endpoint answers ${status} succeeds; unpack asks for none`, async () => {
    using kit = await createKit();
    await using registry = await startRegistry();
    const remote = `${registry.host}/team/x:v1`;
    await kit.ok('push', 'x:v1', remote);
    registry.faults.push({ method: 'GET', path: /referrers/, action: { kind: 'status', status } });
    await elsewhere(kit)('pull', remote);
    const before = registry.requests.length;
    await runHosted(['--config', join(kit.path, 'third'), 'unpack', remote, '-d', 'out', '--plain-http'], {
      cwd: kit.path,
    });
    assert.equal(registry.requests.slice(before).filter(({ path }) => /referrers|tags/.test(path)).length, 0);
  });

test('mistakes are told', async () => {
  using kit = await createKit();
  const cases: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
    [['attach', 'x:v1', 'sig', '--artifact-type', 'signature'], 2, /no artifact type/],
    [['attach', 'x:v1', 'nowhere', '--artifact-type', 'a/b'], 1, /nowhere does not exist/],
    [['attach', 'x:v1', 'sig', 'project/../sig', '--artifact-type', 'a/b'], 2, /Two files are called "sig"/],
    [['attach', 'x:v1', 'sig', '--artifact-type', 'a/b', '-a', 'x'], 2, /KEY=VALUE/],
    [['attach', 'x:v2', 'sig', '--artifact-type', 'a/b'], 1, /no v2/],
    [['detach', 'x:v1'], 2, /--all/],
    [['detach', 'x:v1', kit.digest], 1, /Nothing with the digest/],
  ];
  for (const [args, code, message] of cases) {
    const result = await kit.run(...args);
    assert.equal(result.code, code, result.stderr);
    assert.match(result.stderr, message);
  }
});
