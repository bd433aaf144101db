import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addFiles } from '../support/hostileConfigs.ts';

/**
 * Packs a plugin as somebody would publish it: for `import` only, with the engine as its peer, and a compressor whose
 * module runs in a worker. `declares` tells whether its package.json names the peer. Returns the tarball.
 */
export function packPlugin(folder: string, name: string, declares: boolean): string {
  const work = join(folder, name);
  addFiles(work, {
    'package.json': JSON.stringify({
      name,
      version: '1.2.3',
      type: 'module',
      exports: { import: './index.js' },
      ...(declares ? { peerDependencies: { '@kitwright/core': '*' } } : {}),
    }),
    'index.js': `
import { definePlugin } from '@kitwright/core/plugin';
const module = new URL('./squeeze.js', import.meta.url).href;
export default () => definePlugin({
  name: '${name}',
  apiVersion: 1,
  apply: ({ register }) => register('compressor', { id: 'squeeze', suffix: 'gzip', module }),
});
`,
    'squeeze.js': `
import { createGunzip, createGzip } from 'node:zlib';
export const compress = () => createGzip();
export const decompress = () => createGunzip();
`,
  });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: work, stdio: 'ignore' });
  return join(folder, `${name}-1.2.3.tgz`);
}

/** What the lock should say of the packed plugin: computed here once more, from its sources. */
export function expectedIntegrity(folder: string, name: string): string {
  const hash = createHash('sha512');
  for (const path of ['index.js', 'package.json', 'squeeze.js']) {
    const bytes = readFileSync(join(folder, name, path));
    hash.update(`${path}\0${bytes.byteLength}\0`).update(bytes);
  }
  return `sha512-${hash.digest('base64')}`;
}
