import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { publishedPackages } from '../support/publishedPackages.ts';
import { type CliResult, cliPath, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { expectedIntegrity, packPlugin } from './gatePlugin.ts';
import { type PackageManager, packageManagers, type Tarballs } from './packageManagers.ts';

const skip = process.env['PACKAGE_MANAGERS'] ? false : 'pnpm and Yarn cannot be had here';

/**
 * What `installedCli` has packed: all packages of a user of `kitwright`. Yarn asks for the optional ones of other platforms
 * too, and gets the package that names them.
 */
function published(): Tarballs {
  const folder = join(dirname(dirname(dirname(dirname(cliPath)))), 'tarballs');
  const files = new Map(readdirSync(folder).map((file) => [file.replace(/-\d[^-]*\.tgz$/, ''), join(folder, file)]));
  const packed = publishedPackages().map(({ name, manifest }) => {
    const file = files.get(name.replace('@', '').replace('/', '-')) ?? assert.fail(name);
    return { name, file, optional: Object.keys(manifest.optionalDependencies ?? {}) };
  });
  const others = packed.flatMap(({ optional, file }) => optional.map((name) => [name, file]));
  return Object.fromEntries([...others, ...packed.map(({ name, file }) => [name, file])]);
}

interface Installed {
  readonly folder: string;
  readonly run: (...args: readonly string[]) => Promise<CliResult>;
}

function install(at: string, manager: PackageManager, peer: boolean): Installed {
  const plugins = Object.fromEntries(
    ['kitwright-plugin-gate', 'kitwright-plugin-peerless'].map((name) => [
      name,
      packPlugin(at, name, name.endsWith('gate')),
    ]),
  );
  const all = published();
  const core = all['@kitwright/core'] ?? assert.fail();
  const folder = join(at, 'project');
  mkdirSync(folder);
  manager.install(
    folder,
    { kitwright: all['kitwright'] ?? assert.fail(), ...(peer ? { '@kitwright/core': core } : {}), ...plugins },
    { ...all, ...plugins },
  );
  const [command = '', ...commandArgs] = manager.command(folder);
  return {
    folder,
    run: (...args) => runCli(['--config', join(at, 'home'), ...args], { cwd: folder, command, commandArgs }),
  };
}

for (const manager of packageManagers)
  test(`${manager.name}: every kind of command, with a plugin by its short name`, {
    skip,
    timeout: 300_000,
  }, async () => {
    using at = temporaryFolder();
    const { folder, run } = install(at.path, manager, true);
    addFiles(folder, {
      'kitwright.config.json': '{"plugins": ["gate"]}',
      'model/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: weights.bin}\n',
    });
    writeFileSync(join(folder, 'model', 'weights.bin'), randomBytes(300_000));
    assert.match(succeed(await run('version')).stdout, /^Version: /);
    succeed(await run('list'));
    succeed(await run('plugins', 'lock'));
    const lock = JSON.parse(readFileSync(join(folder, 'kitwright-plugins.lock'), 'utf8')) as { plugins: unknown };
    const integrity = expectedIntegrity(at.path, 'kitwright-plugin-gate');
    assert.deepEqual(lock.plugins, [{ name: 'kitwright-plugin-gate', version: '1.2.3', integrity }]);
    for (const compression of ['none', 'zstd', 'squeeze'])
      succeed(await run('pack', 'model', '-t', `m:${compression}`, '--compression', compression, '--frozen-plugins'));
    assert.match(succeed(await run('list')).stdout, /squeeze/);
    succeed(await run('unpack', 'm:squeeze', '-d', 'out'));
    succeed(await run('store', 'check'));
    succeed(await run('copy', 'm:none', 'oci:layout:v1'));
    succeed(await run('watch', 'model', '-t', 'w', '--', 'node', '--version'));
  });

for (const manager of packageManagers.filter(({ name }) => name === 'pnpm' || name.includes("Plug'n'Play")))
  test(`${manager.name}: a plugin that does not reach the engine says so`, { skip, timeout: 300_000 }, async () => {
    using at = temporaryFolder();
    const { folder, run } = install(at.path, manager, false);
    for (const name of ['gate', 'peerless']) {
      addFiles(folder, { 'kitwright.config.json': JSON.stringify({ plugins: [name] }) });
      const { code, stderr } = await run('config', 'print');
      assert.equal(code, 2);
      assert.match(
        stderr,
        /plugin-invalid: The plugin kitwright-plugin-\w+ 1\.2\.3 \(plugins\[0\], .*\) needs @kitwright\/core, its peer/,
      );
      assert.match(stderr, /hint: "(?:pnpm|yarn) add .*@kitwright\/core"/);
    }
  });

function succeed(result: CliResult): CliResult {
  assert.equal(result.code, 0, result.stdout + result.stderr);
  return result;
}
