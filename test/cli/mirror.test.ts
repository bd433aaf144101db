import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createKitChain } from '../support/kitChain.ts';

const chain = await createKitChain();
const [source, destination] = [await startRegistry(), await startRegistry()];
after(async () => {
  chain[Symbol.dispose]();
  await source[Symbol.asyncDispose]();
  await destination[Symbol.asyncDispose]();
});
const http = '--plain-http';
for (const tag of ['v1.0.0', 'v1.9.0', 'v1.10.0', 'v2.0.0', 'latest'])
  await chain.succeed('push', 'team/base:v1', `${source.host}/team/base:${tag}`, http);
await chain.succeed('push', 'team/child:v1', `${source.host}/team/child:v1`, http);

const policy = (rules: string, from = source.host, to = `${destination.host}/vendor`) =>
  writeFileSync(join(chain.path, 'policy.yaml'), `from: "${from}"\nto: "${to}"\nkits:\n${rules}`);
const mirror = (...flags: readonly string[]) => chain.run('mirror', 'policy.yaml', http, ...flags);
const writesTo = (registry: typeof source) =>
  registry.requests.filter(({ method }) => ['PUT', 'POST', 'PATCH', 'DELETE'].includes(method)).length;
const tagsAt = async (place: string) =>
  (await chain.succeed('list', place, http, '--format', '{{range .Tags}}{{.}} {{end}}'))
    .split(/\s+/)
    .filter(Boolean)
    .sort();

test('the newest versions in a range come with what is attached, and a second run sends nothing', async () => {
  policy('  - {repository: team/base, semver: "^1.0", newest: 2}\n');
  const planned = await mirror('--dry-run');
  assert.match(planned.stdout, /Would copy \S+team\/base:v1\.10\.0 to .*\n.*v1\.9\.0.*\n2 to copy, 0 unchanged/);
  assert.equal(writesTo(destination), 0);
  const first = await mirror();
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /2 copied, 0 unchanged, 0 failed, 0 deleted\n$/);
  const place = `${destination.host}/vendor/team/base`;
  assert.deepEqual(await tagsAt(place), ['v1.10.0', 'v1.9.0']);
  assert.match(await chain.succeed('verify', `${place}:v1.9.0`, '--key', 'cosign.pub', http), /erified/);
  const before = writesTo(destination);
  const { kits } = JSON.parse((await mirror('--json')).stdout) as { kits: { outcome: string; bytes: number }[] };
  assert.deepEqual(
    kits.map(({ outcome, bytes }) => [outcome, bytes]),
    [
      ['unchanged', 0],
      ['unchanged', 0],
    ],
  );
  assert.equal(writesTo(destination), before);
});

test('what fails keeps no other kit back, and is in the report and the exit status', async () => {
  policy(['team/missing', 'team/child'].map((name) => `  - {repository: ${name}, as: partly/${name}}\n`).join(''));
  const { code, stdout } = await mirror();
  assert.notEqual(code, 0);
  assert.match(stdout, /Failed \S+team\/missing: /);
  assert.match(stdout, /Copied \S+team\/child:v1/);
  assert.match(stdout, /1 copied, 0 unchanged, 1 failed, 0 deleted\n$/);
});

test('tags that nobody chooses are deleted only on request, and never all of them', async () => {
  const place = `${destination.host}/vendor/swept`;
  policy('  - {repository: team/base, as: swept}\n');
  await mirror();
  assert.equal((await tagsAt(place)).length, 5);
  policy('  - {repository: team/base, as: swept, tags: ["v1.*"]}\n');
  assert.match((await mirror()).stdout, /Only at the destination: \S+swept:latest/);
  assert.equal((await tagsAt(place)).length, 5);
  assert.match((await mirror('--delete', '--dry-run')).stdout, /Would delete \S+:v2\.0\.0\n.*2 to delete/);
  assert.equal((await mirror('--delete')).code, 0);
  assert.deepEqual(await tagsAt(place), ['v1.0.0', 'v1.10.0', 'v1.9.0']);
  policy('  - {repository: team/base, as: swept, tags: [none]}\n');
  const nothing = await mirror('--delete');
  assert.equal(nothing.code, 1);
  assert.match(nothing.stdout, /Failed \S+: The rule for \S+ chooses nothing/);
  assert.match(nothing.stdout, /\n {2}hint: It has the tags .*: check the patterns/);
  policy('  - {repository: team/child, semver: ">=1.0"}\n');
  assert.match((await mirror()).stdout, /hint: It has the tags v1: .*only versions of three numbers count/);
  assert.equal((await tagsAt(place)).length, 3);
});

test('kits of an index are chosen by their labels', async () => {
  await chain.succeed('tag', 'team/base:v1', 'models:base');
  await chain.succeed('tag', 'team/child:v1', 'models:child');
  await chain.succeed('index', 'create', 'models:all');
  for (const [tag, bits] of [
    ['base', 4],
    ['child', 8],
  ])
    await chain.succeed('index', 'add', 'models:all', `models:${tag}`, '-l', `bits:=${bits}`);
  await chain.succeed('index', 'push', 'models:all', `${source.host}/models:all`, http);
  policy('  - {repository: models, tags: [all], labels: ["bits=4"]}\n');
  const { code, stdout } = await mirror();
  assert.equal(code, 0, stdout);
  assert.deepEqual(await tagsAt(`${destination.host}/vendor/models`), ['base']);
});

test('an archive is either side, and so are the store and a layout', async () => {
  policy('  - {repository: team/base}\n  - {repository: team/child}\n', 'store:', 'archive:out.tar');
  assert.match((await mirror()).stdout, /^2 copied/m);
  assert.match((await mirror()).stdout, /^0 copied, 2 unchanged/m);
  policy('  - {repository: team/child, as: child}\n', 'archive:out.tar', 'oci:layout');
  assert.match((await mirror()).stdout, /^1 copied/m);
  policy('  - {repository: team/base, as: loaded}\n', 'archive:out.tar', 'store:');
  assert.match((await mirror()).stdout, /^1 copied/m);
  assert.match((await mirror()).stdout, /^0 copied, 1 unchanged/m);
  await chain.succeed('verify', 'store:loaded:v1', '--key', 'cosign.pub');
});

test('repositories are chosen by a pattern where they are listed', async () => {
  policy('  - {repository: "team/*"}\n', 'store:', 'oci:patterns');
  assert.match((await mirror()).stdout, /^2 copied/m);
  policy('  - {repository: "**"}\n', 'oci:patterns', 'archive:patterns.tar');
  assert.match((await mirror()).stdout, /^2 copied/m);
  for (const [rule, from] of [
    ['{repository: "none/*"}', 'store:'],
    ['{repository: "team/*", as: one}', 'store:'],
    ['{repository: "team/*"}', source.host],
  ] as const) {
    policy(`  - ${rule}\n`, from);
    assert.notEqual((await mirror()).code, 0, rule);
  }
});

test('all of an archive goes to a registry, which takes the place of the one in the names', async () => {
  await chain.succeed('save', `${source.host}/team/base:v2.0.0`, 'team/child:v1', '-o', 'all.tar', http);
  policy('  - {repository: "**"}\n', 'archive:all.tar', `${destination.host}/all`);
  const { stdout } = await mirror();
  assert.match(stdout, /^3 copied, 0 unchanged, 0 failed/m);
  assert.deepEqual(await tagsAt(`${destination.host}/all/team/base`), ['v1', 'v2.0.0']);
  assert.deepEqual(await tagsAt(`${destination.host}/all/team/child`), ['v1']);
});

test('a kit that a layout names as the signature of another one is not copied under that name', async () => {
  policy('  - {repository: team/base}\n', 'store:', 'oci:hostile');
  assert.equal((await mirror()).code, 0);
  const path = join(chain.path, 'hostile/index.json');
  const index = JSON.parse(readFileSync(path, 'utf8')) as { manifests: { annotations?: Record<string, string> }[] };
  const name = 'org.opencontainers.image.ref.name';
  const kit = index.manifests.find(({ annotations }) => annotations?.[name]?.endsWith('team/base:v1'));
  const place = kit?.annotations?.[name]?.replace(/:v1$/, '') ?? assert.fail();
  const forged = ['', '.sig', '.att'].map((end) => `${place}:sha256-${'0'.repeat(64)}${end}`);
  const manifests = [...index.manifests, ...forged.map((one) => ({ ...kit, annotations: { [name]: one } }))];
  writeFileSync(path, JSON.stringify({ ...index, manifests }));
  for (const to of ['oci:clean', `${destination.host}/clean`]) {
    policy(`  - {repository: ${place}, as: team/base}\n`, 'oci:hostile', to);
    const { code, stdout, stderr } = await mirror();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /\n1 copied, 0 unchanged, 0 failed, 0 deleted\n$/);
  }
});

test('two kits for one tag are refused', async () => {
  policy(
    '  - {repository: team/base, as: same}\n  - {repository: team/child, as: same}\n',
    'store:',
    `${destination.host}`,
  );
  const { code, stdout } = await mirror();
  assert.notEqual(code, 0);
  assert.match(stdout, /same:v1 would be two kits/);
});

test('a policy that is wrong is told before anything is asked', async () => {
  const before = source.requests.length;
  for (const rules of ['  - {repositry: x}\n', '  - {repository: "x:v1"}\n', '  - {repository: x, newest: 0}\n']) {
    policy(rules);
    const { code, stderr } = await mirror();
    assert.equal(code, 2, stderr);
    assert.match(stderr, /config-invalid/);
  }
  assert.equal(source.requests.length, before);
});
