import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nodePath } from '../support/runCli.ts';

const { UMOCI: umoci = '', BUSYBOX: busybox = '' } = process.env;

const applets = [
  'sh',
  'cat',
  'env',
  'find',
  'id',
  'ln',
  'ls',
  'mkdir',
  'rm',
  'sha256sum',
  'sleep',
  'sort',
  'touch',
  'xargs',
];

/** An image with a shell in the layout `folder/name`, tag `v1`, made by umoci; what it was made of is in `folder/name-files`. */
export function makeShellBase(folder: string, name: string, fill: (root: string) => void = () => undefined): void {
  const run = (...args: readonly string[]) => execFileSync(umoci, args, { cwd: folder, stdio: 'ignore' });
  const files = `${name}-files`;
  run('init', '--layout', name);
  run('new', '--image', `${name}:v1`);
  run('unpack', '--image', `${name}:v1`, files);
  const root = join(folder, files, 'rootfs');
  mkdirSync(join(root, 'bin'), { recursive: true });
  copyFileSync(busybox, join(root, 'bin', 'busybox'));
  for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet));
  fill(root);
  run('repack', '--image', `${name}:v1`, files);
  run('config', '--image', `${name}:v1`, '--config.env', 'PATH=/usr/local/bin:/usr/bin:/bin');
}

/** The same with Node and npm, as the image of Node has them: those of this machine. */
export function makeNodeBase(folder: string, name: string): void {
  makeShellBase(folder, name, (root) => {
    const local = join(root, 'usr', 'local');
    for (const made of ['bin', 'lib/node_modules']) mkdirSync(join(local, made), { recursive: true });
    for (const writable of ['tmp', 'var/tmp']) {
      mkdirSync(join(root, writable), { recursive: true });
      chmodSync(join(root, writable), 0o1777);
    }
    mkdirSync(join(root, 'usr', 'bin'));
    symlinkSync('../../bin/busybox', join(root, 'usr', 'bin', 'env'));
    copyFileSync(nodePath, join(local, 'bin', 'node'));
    for (const library of librariesOf(nodePath)) {
      mkdirSync(join(root, dirname(library)), { recursive: true });
      copyFileSync(realpathSync(library), join(root, library));
    }
    const program = execFileSync('sh', ['-c', 'realpath "$(command -v npm)"'], { encoding: 'utf8' }).trim();
    const npm = join(dirname(program), '..');
    cpSync(npm, join(local, 'lib', 'node_modules', 'npm'), { recursive: true });
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin', 'npm'));
  });
}

function librariesOf(program: string): readonly string[] {
  return execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
}
