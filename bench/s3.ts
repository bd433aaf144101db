import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildVersityGw } from '../test/interop/buildPeers.ts';
import { findRclone } from '../test/interop/findPeers.ts';
import { bucketSecret, startBucket } from '../test/interop/startBucket.ts';
import type { Bench, Row } from './Bench.ts';
import { type Measured, measure } from './measure.ts';
import { pairsOf } from './pairsOf.ts';
import { makeBig } from './scenarios.ts';

const cli = fileURLToPath(new URL('../core/cli/bin/kitwright.js', import.meta.url));
const plugin = fileURLToPath(new URL('../plugins/target-s3/dist/index.js', import.meta.url));

/** The bars of buckets: as fast as rclone with the same bytes at the same server. */
export async function s3(bench: Bench): Promise<readonly Row[]> {
  const [binary, rclone] = [buildVersityGw(), findRclone()];
  if (binary === undefined || rclone === undefined) throw new Error('versitygw or rclone is not here.');
  const [root, home] = [join(bench.folder, 's3'), join(bench.folder, 's3-home')];
  await using bucket = await startBucket(binary, root);
  makeBig(bench);
  const variables = Object.entries({ ...bucket.env, ...rcloneSettings(bucket.url) }).map((pair) => pair.join('='));
  const run = (command: readonly string[]): Promise<Measured> =>
    // rclone fails where a bundle of authorities is named.
    measure(['env', '-u', 'AWS_CA_BUNDLE', ...variables, ...command], bench.folder);
  const ours = (...args: readonly string[]) => run([process.execPath, cli, '--config', home, ...args]);
  const theirs = (...args: readonly string[]) => run([rclone, 'copyto', ...args]);
  const empty = () => {
    // The folder itself stays: its attributes say whose bucket it is.
    for (const name of readdirSync(join(root, 'data')))
      rmSync(join(root, 'data', name), { recursive: true, force: true });
  };
  const fresh = () => {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home);
    writeFileSync(join(home, 'config.json'), JSON.stringify({ plugins: [plugin] }));
  };
  const upload = () => theirs('big/m.bin', 'bench:data/m.bin');
  fresh();
  await ours('pack', 'big', '-t', 'big:v1', '--capture', 'reference');
  const push = await pairsOf(bench, {
    what: 'push 2 GiB to a bucket, over rclone',
    goal: 1,
    writes: 3,
    prepare: empty,
    ours: () => ours('push', 'big:v1', 's3:data/kit:v1'),
    theirs: upload,
  });
  const watch = await pairsOf(bench, {
    what: 'watch --push 2 GiB to a bucket, over rclone',
    goal: 1,
    writes: 3,
    prepare: () => {
      empty();
      fresh();
    },
    ours: () => ours('watch', 'big', '-t', 'big:v1', '--push', 's3:data/kit:v1', '--', 'true'),
    theirs: upload,
  });
  empty();
  fresh();
  await ours('pack', 'big', '-t', 'big:v1', '--capture', 'reference');
  await ours('push', 'big:v1', 's3:data/kit:v1');
  await upload();
  const pull = await pairsOf(bench, {
    what: 'pull 2 GiB from a bucket, over rclone',
    goal: 1,
    writes: 3,
    prepare: () => {
      fresh();
      rmSync(join(bench.folder, 'out.bin'), { force: true });
    },
    ours: () => ours('pull', 's3:data/kit:v1'),
    theirs: () => theirs('bench:data/m.bin', 'out.bin'),
  });
  return [push, watch, pull];
}

/** A remote named `bench`, by variables. */
function rcloneSettings(url: string): Readonly<Record<string, string>> {
  const settings = {
    type: 's3',
    provider: 'Other',
    access_key_id: 'ann',
    secret_access_key: bucketSecret,
    endpoint: url,
    region: 'us-east-1',
    // Else it makes the bucket first, which versitygw answers with a 500: rclone waits a hundred seconds for nothing.
    no_check_bucket: 'true',
  };
  const named = Object.entries(settings).map(([name, value]) => [`RCLONE_CONFIG_BENCH_${name.toUpperCase()}`, value]);
  // versitygw answers no `Expect: 100-continue`: rclone would wait a second before each part.
  return { RCLONE_CONFIG: '/dev/null', RCLONE_EXPECT_CONTINUE_TIMEOUT: '0s', ...Object.fromEntries(named) };
}
