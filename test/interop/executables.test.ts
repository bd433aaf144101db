import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildExecutable } from '../../.ci/release/executable/buildExecutable.ts';
import { platformOf } from '../../.ci/release/executable/platformOf.ts';
import { makeRelease } from '../../.ci/release/makeRelease.ts';
import { installPacked, packPackages } from '../../.ci/release/packPackages.ts';
import { digestIn } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { succeed } from './peer.ts';

const { OTHER_NODES: nodes = '', QEMU_ARM64: qemu = '' } = process.env;
/** What the platform's loader finds in a program with data, beside the switch of Node. */
const marks = {
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

describe('executables for other platforms, made here', { skip: !nodes && 'the Nodes cannot be had here' }, () => {
  before(() => {
    const [tarballs, installed] = [join(path, 'tarballs'), join(path, 'installed')];
    packPackages(tarballs);
    installPacked(tarballs, installed, join(path, 'others'));
    for (const platform of Object.keys(marks)) {
      const scratch = join(path, 'scratch');
      mkdirSync(scratch);
      buildExecutable({ installed, node: join(nodes, platform), output: made(platform), scratch });
      rmSync(scratch, { recursive: true });
    }
  });

  for (const [platform, mark] of Object.entries(marks))
    it(`${platform}: a program of that platform, whose Node looks for the data, and finds it`, () => {
      const bytes = readFileSync(made(platform));
      assert.equal(platformOf(made(platform)), platform);
      assert.ok(bytes.includes(`${fuse}:1`) && !bytes.includes(`${fuse}:0`));
      assert.ok(bytes.includes(mark));
      assert.ok(bytes.includes('node_modules/kitwright/bin/kitwright.js'));
    });

  it('linux-arm64 runs on its processor, as qemu has it, and packs the kit of the installed command', {
    skip: !qemu && 'no qemu for arm64',
  }, async () => {
    const project = join(path, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n');
    writeFileSync(join(project, 'net.bin'), Buffer.alloc(2_000_000, 'n'));
    const run = async (...args: readonly string[]) => {
      const options = {
        cwd: path,
        command: qemu,
        env: { QEMU_LD_PREFIX: '/usr/aarch64-linux-gnu', NODE_COMPILE_CACHE: '' },
      };
      return succeed(await runCli([made('linux-arm64'), ...args], options));
    };
    assert.match((await run('version')).stdout, /^Version: 0\.1\.0$/m);
    const pack = ['pack', 'project', '-t', 'net:v1', '--compression', 'gzip'];
    const expected = succeed(await runCli(['--config', join(path, 'home'), ...pack], { cwd: path }));
    const digest = digestIn(await run('--config', join(path, 'arm'), ...pack));
    assert.equal(digest, digestIn(expected));
    await run('--config', join(path, 'arm'), 'unpack', 'net:v1', '-d', 'out');
    assert.ok(readFileSync(join(path, 'out', 'net.bin')).equals(readFileSync(join(project, 'net.bin'))));
  });

  it('make one release: archives, sums, a formula for three systems and the manifests for winget', async () => {
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
    ]);
    assert.equal(readdirSync(release).filter((name) => name.startsWith('Kitwright.Kitwright')).length, 3);
  });
});
