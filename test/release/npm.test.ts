import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { packFolders } from '../../.ci/release/packPackages.ts';
import { publishedPackages } from '../support/publishedPackages.ts';
import { type CliResult, nodePath, runCli } from '../support/runCli.ts';
import { type PackageRegistry, startPackageRegistry } from '../support/startPackageRegistry.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const folder = temporaryFolder();
const { path } = folder;
const tarballs = join(path, 'tarballs');
let registry: PackageRegistry;

before(async () => {
  packFolders(
    tarballs,
    publishedPackages().map(({ folder }) => folder),
  );
  registry = await startPackageRegistry(tarballs);
});
after(async () => {
  await registry[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const prefix = join(path, 'global');

/** Runs a program as a new user, who has nothing but Node, npm and this registry. */
const run = (command: string, ...args: readonly string[]): Promise<CliResult> =>
  runCli(args, {
    cwd: path,
    command,
    env: {
      PATH: [join(prefix, 'bin'), dirname(nodePath), process.env['PATH']].join(delimiter),
      NPM_CONFIG_REGISTRY: registry.url,
      NPM_CONFIG_CACHE: join(path, 'npm-cache'),
      NPM_CONFIG_PREFIX: prefix,
      NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    },
  });

const succeed = async (result: Promise<CliResult>): Promise<string> => {
  const { code, stdout, stderr } = await result;
  assert.equal(code, 0, stdout + stderr);
  return stdout;
};

const packs = async (command: readonly [string, ...string[]], tag: string): Promise<void> => {
  writeFileSync(join(path, 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n');
  writeFileSync(join(path, 'net.bin'), Buffer.alloc(9_000_000, 'weights'));
  assert.match(await succeed(run(...command, 'version')), /^Version: 0\.1\.0$/m);
  assert.match(await succeed(run(...command, 'pack', '.', '-t', tag, '--compression', 'zstd')), /Model saved: sha256:/);
  await succeed(run(...command, 'unpack', tag, '-d', `unpacked-${tag}`, '-f', 'model'));
  assert.deepEqual(readdirSync(join(path, `unpacked-${tag}`)), ['net.bin']);
};

test('it is installed globally by npm, into an empty prefix, and runs', async () => {
  await succeed(run('npm', 'install', '--global', 'kitwright'));
  assert.deepEqual(readdirSync(join(prefix, 'bin')), ['kitwright']);
  await packs(['kitwright'], 'global');
});

test('npx runs it without installing anything first', async () => {
  await packs(['npx', '--yes', 'kitwright@0.1.0'], 'npx');
});
