import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDistribution, buildModctl, buildOras } from '../test/interop/buildPeers.ts';
import { startDistribution } from '../test/interop/distribution.ts';
import { findRestic } from '../test/interop/findPeers.ts';
import type { Bench, Row } from './Bench.ts';
import { type Measured, measure } from './measure.ts';
import { pairsOf } from './pairsOf.ts';
import { makeBig, pack, type Tool, tool } from './scenarios.ts';

/** Other tools, where they do the same job with the same 2 GiB. */
export async function peers(bench: Bench): Promise<readonly Row[]> {
  const [binary, oras, modctl] = [buildDistribution(), buildOras(), buildModctl()];
  if (!binary || !oras || !modctl) throw new Error('There is no Go to build oras, modctl and a registry with.');
  makeBig(bench);
  const us = tool(bench, 'ours');
  return [
    ...(await overRestic(bench, us)),
    await overModctl(bench, us, modctl),
    ...(await transfers(bench, us, { binary, oras, modctl })),
  ];
}

const goal = 1;

async function overRestic(bench: Bench, us: Tool): Promise<readonly Row[]> {
  const restic = findRestic();
  if (restic === undefined) throw new Error('restic is not here.');
  const [repository, out] = [join(bench.folder, 'restic'), join(bench.folder, 'out')];
  // Without compression, as kits are by default.
  const variables = { RESTIC_PASSWORD: 'bench', RESTIC_REPOSITORY: repository, RESTIC_COMPRESSION: 'off' };
  const start = [...Object.entries(variables).map((pair) => pair.join('=')), restic, '-q', '--no-cache'];
  const run = (...args: readonly string[]) => measure(['env', ...start, ...args], bench.folder);
  const empty = () => {
    us.clear();
    rmSync(repository, { recursive: true, force: true });
    execFileSync('env', [...start, 'init'], { stdio: 'ignore' });
  };
  const packed = await pairsOf(bench, {
    what: 'cold pack 2 GiB, over restic backup',
    goal,
    writes: 3,
    prepare: empty,
    ours: () => us.run(...pack('big')),
    theirs: () => run('backup', 'big'),
  });
  empty();
  await us.run(...pack('big'));
  await run('backup', 'big');
  const unpacked = await pairsOf(bench, {
    what: 'unpack 2 GiB, over restic restore',
    goal,
    writes: 3,
    prepare: () => rmSync(out, { recursive: true, force: true }),
    ours: () => us.run('unpack', 'big:v1', '-d', 'out'),
    theirs: () => run('restore', 'latest', '--target', 'out'),
  });
  return [packed, unpacked];
}

type Runner = (...args: readonly string[]) => Promise<Measured>;

function modctlIn(bench: Bench, modctl: string): { readonly run: Runner; readonly clear: () => void } {
  const home = join(bench.folder, 'modctl');
  const flags = ['--storage-dir', home, '--log-dir', join(home, 'logs'), '--no-progress'];
  writeFileSync(join(bench.folder, 'big', 'Modelfile'), 'NAME big\nMODEL m.bin\n');
  const run: Runner = (name = '', ...args) => measure([modctl, name, ...flags, ...args], join(bench.folder, 'big'));
  return { run, clear: () => rmSync(home, { recursive: true, force: true }) };
}

function overModctl(bench: Bench, us: Tool, modctl: string): Promise<Row> {
  const { run, clear } = modctlIn(bench, modctl);
  return pairsOf(bench, {
    what: 'cold pack 2 GiB, over modctl build',
    goal,
    writes: 3,
    prepare: () => {
      us.clear();
      clear();
    },
    ours: () => us.run(...pack('big')),
    theirs: () => run('build', '-t', 'localhost/big:v1', '.'),
  });
}

interface Programs {
  readonly binary: string;
  readonly oras: string;
  readonly modctl: string;
}

const plain = '--plain-http';

async function transfers(bench: Bench, us: Tool, { binary, oras, modctl }: Programs): Promise<readonly Row[]> {
  const folder = join(bench.folder, 'registry');
  await using server = await startDistribution(binary, folder);
  const empty = () => rmSync(join(folder, 'data'), { recursive: true, force: true });
  const out = join(bench.folder, 'out');
  const named = (name: string) => `${server.host}/bench/${name}:v1`;
  const [kit, files, model] = [named('kit'), named('files'), named('model')];
  const other = modctlIn(bench, modctl);
  const orasRun: Runner = (...args) => measure([oras, ...args], join(bench.folder, 'big'));
  us.clear();
  other.clear();
  await us.run('pack', 'big', '-t', kit);
  await other.run('build', '-t', model, '.');
  const push = {
    ours: () => us.run('push', kit, plain),
    oras: () => orasRun('push', plain, '--no-tty', files, 'm.bin'),
    modctl: () => other.run('push', plain, model),
  };
  const common = { goal, writes: 3, prepare: empty, ours: push.ours };
  const pushes = [
    await pairsOf(bench, { ...common, what: 'push 2 GiB, over oras push', theirs: push.oras }),
    await pairsOf(bench, { ...common, what: 'push 2 GiB, over modctl push', theirs: push.modctl }),
  ];
  empty();
  for (const run of Object.values(push)) await run();
  const prepare = () => {
    us.clear();
    other.clear();
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
  };
  // oras and modctl write the files too, so what is compared with them is `unpack`.
  const pull = { goal, writes: 5, prepare, ours: () => us.run('unpack', kit, '-d', 'out', plain) };
  return [
    ...pushes,
    await pairsOf(bench, {
      ...pull,
      what: 'unpack 2 GiB from a registry, over oras pull',
      theirs: () => orasRun('pull', plain, '--no-tty', '-o', out, files),
    }),
    await pairsOf(bench, {
      ...pull,
      what: 'unpack 2 GiB from a registry, over modctl pull',
      theirs: () => other.run('pull', plain, '--extract-from-remote', '--extract-dir', out, model),
    }),
  ];
}
