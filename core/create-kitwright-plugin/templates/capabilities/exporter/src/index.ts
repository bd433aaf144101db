import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  bytePath,
  definePlugin,
  displayPath,
  type ExportRequest,
  errnoOf,
  KitwrightError,
  type Plugin,
} from '@kitwright/core/plugin';

/** `kitwright export KIT DIRECTORY --to my-plugin`: the model in a folder, with the hashes of its files in SHA256SUMS. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('exporter', {
        id: 'my-plugin',
        export: (request, { signal }) => exportModel(request, signal),
      });
    },
  });
}

async function exportModel({ destination, unpack }: ExportRequest, signal: AbortSignal): Promise<readonly string[]> {
  if (destination === '') throw new KitwrightError('usage', 'Name the folder to which the model is exported.');
  const folder = await unpack(['model']);
  const made: string[] = [];
  const sums: string[] = [];
  for (const path of await filesIn(folder)) {
    signal.throwIfAborted();
    const [from, to] = [join(folder, path), join(destination, path)];
    const sum = await sha256(from);
    sums.push(sumLine(path.split(sep).join('/'), sum));
    // What is there already and equal is left alone.
    if ((await sha256(to)) === sum) continue;
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
    made.push(displayPath(bytePath(to)));
  }
  if (made.length > 0) await writeFile(join(destination, 'SHA256SUMS'), sums.join(''));
  return made;
}

/** As `sha256sum` writes it: a name that would break the line is escaped, and the line begins with a backslash. */
function sumLine(path: string, sum: string | undefined): string {
  const name = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${name === path ? '' : '\\'}${sum}  ${name}\n`;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}

/** Undefined if there is no such file. */
async function sha256(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
