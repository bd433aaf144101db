// Makes the executable alone: `node .ci/release/executable/main.ts OUTPUT [NODE]`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPacked, packPackages } from '../packPackages.ts';
import { buildExecutable } from './buildExecutable.ts';

const [output, node = process.execPath] = process.argv.slice(2);
if (output === undefined) throw new Error('Name the file that is written.');
const scratch = mkdtempSync(join(tmpdir(), 'kitwright-release-'));
const [tarballs, installed] = [join(scratch, 'tarballs'), join(scratch, 'installed')];
try {
  packPackages(tarballs);
  installPacked(tarballs, installed, join(scratch, 'others'));
  buildExecutable({ installed, node, output, scratch });
} finally {
  rmSync(scratch, { recursive: true });
}
