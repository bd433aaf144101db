import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { platformOf } from '../../.ci/release/executable/platformOf.ts';
import { makeRelease } from '../../.ci/release/makeRelease.ts';
import { digestIn } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { succeed } from './peer.ts';

const { NODES: nodes = '', QEMU_ARM64: qemu = '' } = process.env;
/** What the platform's loader finds in a program with data, beside the switch of Node. */
const marks = {
  'linux-x64': 'NODE_SEA_BLOB',
  'linux-arm64': 'NODE_SEA_BLOB',
  'darwin-x64': '__NODE_SEA_BLOB',
  'darwin-arm64': '__NODE_SEA_BLOB',
  'win-x64': Buffer.from('NODE_SEA_BLOB', 'utf16le'),
} as const;
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const folder = temporaryFolder();
after(() => folder[Symbol.dispose]());
const { path } = folder;
const made = (platform: string) => join(path, `kitwright-${platform}`);

describe('executables for all platforms, made on this one', { skip: !nodes && 'the Nodes cannot be had here' }, () => {
  before(() => {
    const script = join(projectRoot, '.ci', 'release', 'executable', 'main.ts');
    const pairs = Object.keys(marks).flatMap((platform) => [made(platform), join(nodes, platform)]);
    execFileSync(join(nodes, 'linux-x64'), [script, ...pairs], { cwd: projectRoot });
  });

  for (const [platform, mark] of Object.entries(marks))
    it(`${platform}: a program of that platform, whose Node looks for the data, and finds it`, () => {
      const bytes = readFileSync(made(platform));
      assert.equal(platformOf(made(platform)), platform);
      assert.ok(bytes.includes(`${fuse}:1`) && !bytes.includes(`${fuse}:0`));
      assert.ok(bytes.includes(mark));
      assert.ok(bytes.includes('node_modules/kitwright/bin/kitwright.js'));
    });

  const running: readonly (readonly [platform: string, emulator: readonly string[]])[] = [
    ['linux-x64', []],
    ['linux-arm64', [qemu]],
  ];
  for (const [platform, emulator] of running)
    it(`${platform} runs${emulator.length ? ', in an emulator of its processor' : ''}, and packs the kit of the installed command`, {
      skip: emulator.includes('') && 'no qemu for arm64',
    }, async () => {
      const at = (...names: readonly string[]) => join(path, platform, ...names);
      mkdirSync(at('project'), { recursive: true });
      writeFileSync(at('project', 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n');
      writeFileSync(at('project', 'net.bin'), Buffer.alloc(2_000_000, 'n'));
      const [command = '', ...first] = [...emulator, made(platform)];
      const env = { QEMU_LD_PREFIX: '/usr/aarch64-linux-gnu', NODE_COMPILE_CACHE: '', KITWRIGHT_HOME: at('home') };
      const run = async (...args: readonly string[]) =>
        succeed(await runCli([...first, ...args], { cwd: at(), command, env }));
      assert.match((await run('version')).stdout, /^Version: 0\.1\.0$/m);
      const pack = ['pack', 'project', '-t', 'net:v1'];
      const expected = succeed(await runCli(['--config', at('installed'), ...pack], { cwd: at() }));
      const packed = await run(...pack);
      assert.equal(digestIn(packed), digestIn(expected));
      assert.doesNotMatch(packed.stderr, /Warning/);
      await run(...pack, '--compression', 'gzip');
      await run('unpack', 'net:v1', '-d', 'out');
      assert.ok(readFileSync(at('out', 'net.bin')).equals(readFileSync(at('project', 'net.bin'))));
    });

  it('make one release: archives, sums, a formula for two systems and the manifests for winget', async () => {
    const release = join(path, 'release');
    await makeRelease({ folder: release, executables: Object.keys(marks).map(made) });
    const sums = readFileSync(join(release, 'SHA256SUMS'), 'utf8');
    for (const name of ['linux-arm64.tar.gz', 'darwin-x64.tar.gz', 'darwin-arm64.tar.gz', 'win-x64.exe'])
      assert.match(sums, new RegExp(`^[0-9a-f]{64}  kitwright-${name}$`, 'm'));
    const formula = readFileSync(join(release, 'kitwright.rb'), 'utf8');
    assert.deepEqual(formula.match(/kitwright-[\w-]+(?=\.tar\.gz)/g), [
      'kitwright-darwin-arm64',
      'kitwright-darwin-x64',
      'kitwright-linux-arm64',
      'kitwright-linux-x64',
    ]);
    assert.equal(readdirSync(release).filter((name) => name.startsWith('Kitwright.Kitwright')).length, 3);
  });
});
