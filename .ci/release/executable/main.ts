// Makes executables alone: `node .ci/release/executable/main.ts OUTPUT [NODE] [OUTPUT NODE]...`.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPacked, packPackages } from '../packPackages.ts';
import { buildExecutable } from './buildExecutable.ts';

const words = process.argv.slice(2);
if (words.length === 0) throw new Error('Name the file that is written.');
const scratch = mkdtempSync(join(tmpdir(), 'kitwright-release-'));
const [tarballs, installed] = [join(scratch, 'tarballs'), join(scratch, 'installed')];
try {
  packPackages(tarballs);
  installPacked(tarballs, installed, join(scratch, 'others'));
  for (let i = 0; i < words.length; i += 2) {
    const [output = '', node = process.execPath] = words.slice(i);
    const own = join(scratch, `${i}`);
    mkdirSync(own);
    buildExecutable({ installed, node, output, scratch: own });
  }
} finally {
  rmSync(scratch, { recursive: true });
}
