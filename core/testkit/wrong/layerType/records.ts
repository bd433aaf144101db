import { joinPath, KitwrightError, type LayerBytes, type LayerType, type PlanFile } from '@kitwright/core/plugin';

/** A line with path, mode and size of each file, an empty line, and the bytes of all: the right layer type. */
export const records: LayerType = {
  id: 'records',
  format: 'records',
  compressible: true,
  collect: (tree) => ({ files: tree.entries() }),
  recipe: ({ files }, directory) => [
    { kind: 'inline', bytes: headOf(files) },
    ...filesOf(files)
      .filter(({ fingerprint }) => fingerprint.size > 0)
      .map(({ path, target, fingerprint }) => {
        const file = target ?? joinPath(directory, path);
        return { kind: 'file', path: file, offset: 0, size: fingerprint.size, fingerprint } as const;
      }),
  ],
  async *unpack(layer) {
    const { entries, start } = await readHead(layer);
    for (let at = start, i = 0; i < entries.length; i++) {
      const { path, mode, size } = entries[i] as Entry;
      yield { path, mode, size, bytes: blocksOf(layer, at, at + size) };
      at += size;
    }
  },
  describe: async (layer) => (await readHead(layer)).entries.map(({ path, size }) => `${JSON.stringify(path)} ${size}`),
  diff: async (before, after) => {
    const [old, now] = [await readHead(before), await readHead(after)];
    return [`${old.entries.length} files before, ${now.entries.length} now`];
  },
};

export function filesOf(files: readonly PlanFile[]): readonly PlanFile[] {
  return files.filter(({ type }) => type === 'file');
}

function headOf(files: readonly PlanFile[]): Buffer {
  const lines = filesOf(files).map(({ path, fingerprint: { mode, size } }) =>
    JSON.stringify({ path: Buffer.from(path, 'latin1').toString(), mode: mode & 0o777, size }),
  );
  return Buffer.from(`${lines.join('\n')}\n\n`);
}

export interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
}

const maxHead = 1024 * 1024;

/** Throws `kit-malformed`. */
export async function readHead(
  layer: LayerBytes,
): Promise<{ readonly entries: readonly Entry[]; readonly start: number }> {
  const bytes = Buffer.from(await layer.read(0, Math.min(layer.size, maxHead)));
  const start = bytes.indexOf('\n\n') + 2;
  if (start < 2) throw malformed('it has no end of its list');
  const entries = bytes
    .toString('utf8', 0, start - 2)
    .split('\n')
    .map(entryOf);
  if (entries.reduce((sum, { size }) => sum + size, start) > layer.size) throw malformed('it is too short');
  return { entries, start };
}

function entryOf(line: string): Entry {
  let entry: Partial<Entry> | null = null;
  try {
    entry = JSON.parse(line);
  } catch (cause) {
    throw malformed('a line is no JSON', cause);
  }
  const { path, mode, size } = entry ?? {};
  if (typeof path === 'string' && Number.isSafeInteger(mode) && Number.isSafeInteger(size) && (size as number) >= 0)
    return { path, mode: mode as number, size: size as number };
  throw malformed('a line is no file');
}

export function malformed(why: string, cause?: unknown): KitwrightError {
  return new KitwrightError('kit-malformed', `This is no layer of records: ${why}.`, { cause });
}

const blockSize = 1024 * 1024;

export async function* blocksOf({ read }: LayerBytes, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += blockSize) yield await read(at, Math.min(end, at + blockSize));
}
