import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { openStore, openTarget } from '@kitwright/core/internal';
import { contentOfBytes, descriptorOf, mediaTypes } from '@kitwright/core/plugin';
import { type TestContext, testTarget } from '@kitwright/testkit';
import targetS3 from '../../plugins/target-s3/index.ts';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { type CliResult, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { succeed } from './peer.ts';
import { type Bucket, bucketSecret, startBucket } from './startBucket.ts';

const { VERSITYGW: binary = '', ORAS: oras = '' } = process.env;
const skip = binary ? false : 'versitygw is not here';
const plugin = join(projectRoot, 'plugins/target-s3/dist/index.js');

/** A user who has the plugin, and what that user runs. */
function createUser(env: Readonly<Record<string, string>>) {
  const project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: a}]\n',
    a: 'text',
  });
  project.write({ m: randomBytes(20_000_000) });
  addFiles(project.home, { 'config.json': JSON.stringify({ plugins: [plugin] }) });
  const run = (...args: readonly string[]): Promise<CliResult> =>
    runCli(['--config', project.home, ...args], { cwd: project.path, env });
  return { project, run, out: async (...args: readonly string[]) => succeed(await run(...args)).stdout };
}

describe('a bucket keeps the rules for targets', { skip }, () =>
  testTarget(test, async (context) => {
    const bucket = await startBucket(binary, join(context.folder, 's3'), context.secret);
    const origin = await context.through(bucket.url);
    const kitwright = createKitwright({ plugins: [targetS3], home: context.home });
    const provider = kitwright.capabilities.get('target', 's3');
    const openWith = (given: TestContext) =>
      provider.open('data/team/a model', 'push', { ...given, env: { ...bucket.env, S3_API_ENDPOINT: origin } }).target;
    return {
      target: openWith(context),
      reopen: (_, another) => openWith(another),
      dispose: async () => {
        await kitwright.close();
        await bucket[Symbol.asyncDispose]();
      },
    };
  }),
);

function openAt({ env }: Bucket, folder: string) {
  const kitwright = createKitwright({ plugins: [targetS3], env, home: join(folder, 'home') });
  const store = openStore(join(folder, 'home'));
  return openTarget({ kitwright, store }, 's3:data/team/a model', 'push');
}

test('every verb takes a kit in a bucket', { skip }, async () => {
  using folder = temporaryFolder();
  await using bucket = await startBucket(binary, folder.path);
  const { project, run, out } = createUser(bucket.env);
  using _: Project = project;
  const digest = digestIn(succeed(await run('pack', 'project', '-t', 'm:v1')));
  await out('push', 'm:v1', 's3://data/team/m:v1');
  for (const args of [
    ['list', 's3:data/team/m'],
    ['inspect', 's3:data/team/m:v1'],
    ['pull', 's3:data/team/m:v1'],
  ])
    assert.match(await out(...args), new RegExp(digest), args.join(' '));
  await out('unpack', 's3://data/team/m:v1', '-d', 'out');
  assert.deepEqual(readFileSync(join(project.path, 'out/m')), readFileSync(join(project.directory, 'm')));
  await out('tag', 's3:data/team/m:v1', 's3:data/team/m:best');
  assert.match(await out('list', 's3:data/team/m'), /best/);
  await out('remove', 's3:data/team/m:best');
  assert.doesNotMatch(await out('list', 's3:data/team/m'), /best/);
  await out('watch', 'project', '-t', 'm:v1', '--push', 's3:data/team/m:run', '--', 'true');
  assert.match(await out('list', 's3:data/team/m'), /run/);
});

test('the layout in the bucket is one that oras reads', { skip: skip || (!oras && 'oras is not here') }, async () => {
  using folder = temporaryFolder();
  await using bucket = await startBucket(binary, folder.path);
  const { project, out } = createUser(bucket.env);
  using _: Project = project;
  await out('pack', 'project', '-t', 's3:data/m:v1', '--push');
  const args = ['copy', '--from-oci-layout', `${join(folder.path, 'data/m')}:v1`, '--to-oci-layout', 'copy:v1'];
  succeed(await runCli(args, { cwd: project.path, command: oras }));
});

test('tags that many set at the same moment are all there', { skip }, async () => {
  using folder = temporaryFolder();
  await using bucket = await startBucket(binary, join(folder.path, 's3'));
  const open = () => openAt(bucket, folder.path).target;
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest }));
  const manifest = descriptorOf(mediaTypes.manifest, bytes);
  await open().push(manifest, contentOfBytes(bytes));
  const tags = Array.from({ length: 8 }, (_, i) => `v${i}`);
  await Promise.all(tags.map((tag) => open().tag(manifest, '', tag)));
  for (const tag of tags) assert.deepEqual(await open().resolve('', tag), manifest, tag);
});

test('wrong keys are reported without the secret', { skip }, async () => {
  using folder = temporaryFolder();
  await using bucket = await startBucket(binary, folder.path);
  const { project, run } = createUser({ ...bucket.env, S3_SECRET_KEY: `not-${bucketSecret}` });
  using _: Project = project;
  const refused = await run('pack', 'project', '-t', 's3:data/m:v1', '--push');
  assert.match(refused.stderr, /unauthorized: s3:data\/m answered 403 to HEAD/);
  assert.doesNotMatch(refused.stderr + refused.stdout, new RegExp(bucketSecret));
});
