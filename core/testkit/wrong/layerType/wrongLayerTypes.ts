import { openSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fsPath, joinPath, type LayerType, type Recipe } from '@kitwright/core/plugin';
import type { MakeLayerType } from '../../layerType/MadeLayerType.ts';
import type { Wrong } from '../testWrong.ts';
import { blocksOf, filesOf, readHead, records } from './records.ts';

/** Layer types with one error each, and the cases that find it. */
export const wrongLayerTypes: readonly Wrong<MakeLayerType>[] = [
  wrong(
    'writes the times of files into the layer',
    {
      recipe: (layer, directory) => [
        ...records.recipe(layer, directory),
        inline(`${layer.files.map(({ fingerprint }) => fingerprint.mtimeNs)}`),
      ],
    },
    ['recipe: the bytes do not depend on the folder, or on the times of its files'],
  ),
  wrong(
    'writes a path of this machine into the layer',
    { recipe: (layer, directory) => [...records.recipe(layer, directory), inline(resolve('data'))] },
    ['recipe: the bytes do not depend on the current directory'],
  ),
  wrong(
    'looks at files when it should say where they are',
    {
      recipe: (layer, directory) => {
        for (const { path } of layer.files) statSync(fsPath(joinPath(directory, path)));
        return records.recipe(layer, directory);
      },
    },
    ['recipe: reads nothing, so what is gone meanwhile does not matter'],
  ),
  wrong(
    'gives a slice for a file without bytes',
    {
      recipe: ({ files, ...layer }, directory) => [
        records.recipe({ files, ...layer }, directory)[0] as Recipe[number],
        ...filesOf(files).map(({ path, target, fingerprint }) => {
          const file = target ?? joinPath(directory, path);
          return { kind: 'file', path: file, offset: 0, size: fingerprint.size, fingerprint } as const;
        }),
      ],
    },
    [
      'recipe: a file without bytes gives no slice',
      'round trip: a kit with such a layer gives the same files again, with their modes or 0644',
    ],
  ),
  wrong(
    'does not follow the links that the engine found',
    {
      recipe: (layer, directory) =>
        records.recipe({ ...layer, files: layer.files.map(({ target: _, ...file }) => file) }, directory),
    },
    ['recipe: a file behind a link is read where it is'],
  ),
  wrong(
    'loses the last byte of each file',
    {
      async *unpack(layer) {
        for await (const file of records.unpack?.(layer) ?? []) yield { ...file, bytes: lastByteLost(file.bytes) };
      },
    },
    [
      'round trip: a kit with such a layer gives the same files again, with their modes or 0644',
      'unpack: gives each file that was packed, and says its size',
    ],
  ),
  wrong(
    'gives every file all rights',
    {
      async *unpack(layer) {
        for await (const file of records.unpack?.(layer) ?? []) yield { ...file, mode: 0o777 };
      },
    },
    ['round trip: a kit with such a layer gives the same files again, with their modes or 0644'],
  ),
  wrong(
    'uses the memory of a block again',
    {
      async *unpack(layer) {
        const memory = Buffer.alloc(64 * 1024);
        for await (const file of records.unpack?.(layer) ?? []) yield { ...file, bytes: through(memory, file.bytes) };
      },
    },
    ['unpack: a block keeps its bytes when the next one comes'],
  ),
  wrong(
    'reads a layer whole',
    {
      async *unpack(layer) {
        const all = await layer.read(0, layer.size);
        yield* records.unpack?.({ ...layer, read: async (start, end) => all.subarray(start, end) }) ?? [];
      },
    },
    ['unpack: reads at most 64 MiB of a large layer at once, and nothing outside of it'],
  ),
  wrong(
    'believes what a layer says of itself',
    {
      async *unpack(layer) {
        const bytes = Buffer.from(await layer.read(0, Math.min(layer.size, 1024 * 1024)));
        const start = bytes.indexOf('\n\n') + 2;
        let at = start;
        for (const line of bytes.toString('utf8', 0, start - 2).split('\n')) {
          const { path, mode, size } = JSON.parse(line);
          yield { path, mode, size, bytes: blocksOf(layer, at, at + size) };
          at += size;
        }
      },
    },
    ['unpack: a truncated layer, or one that is none, is refused or gives files'],
  ),
  wrong(
    'hides why the store failed',
    {
      async *unpack(layer) {
        const { entries, start } = await readHead(layer).catch((error: { readonly code?: string }) => {
          if (error.code === 'kit-malformed') throw error;
          return { entries: [], start: 0 };
        });
        let at = start;
        for (const { size, ...entry } of entries) {
          yield { ...entry, size, bytes: blocksOf(layer, at, at + size) };
          at += size;
        }
      },
    },
    ['unpack: an error of the store is passed on'],
  ),
  wrong(
    'shows names as they are',
    { describe: async (layer) => [Buffer.from(await layer.read(0, Math.min(layer.size, 200))).toString()] },
    ['describe: gives lines for any layer, or refuses it'],
  ),
  wrong(
    'expects that what it compares is well',
    { diff: async (before, after) => [`${JSON.parse(`${await textOf(before)}`).path} ${await textOf(after)}`] },
    ['diff: gives lines for any two layers, or refuses them'],
  ),
  {
    does: 'leaves a file open',
    fails: ['leaks: no timer, socket, file or thread is left when it is disposed'],
    make: ({ folder }) => ({
      ...records,
      collect: (tree) => {
        openSync(`${folder}/${readdirSync(folder)[0] ?? ''}`, 'r');
        return records.collect(tree);
      },
    }),
  },
];

function wrong(does: string, spoiled: Partial<LayerType>, fails: readonly string[]): Wrong<MakeLayerType> {
  return { does, fails, make: () => ({ ...records, ...spoiled }) };
}

function inline(text: string) {
  return { kind: 'inline', bytes: Buffer.from(text) } as const;
}

async function* lastByteLost(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const block of blocks) yield block.subarray(0, -1);
}

async function* through(memory: Buffer, blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const block of blocks)
    for (let at = 0; at < block.byteLength; at += memory.byteLength) {
      const part = block.subarray(at, at + memory.byteLength);
      memory.set(part);
      yield memory.subarray(0, part.byteLength);
    }
}

async function textOf({ size, read }: Parameters<NonNullable<LayerType['describe']>>[0]): Promise<string> {
  return (
    Buffer.from(await read(0, Math.min(size, 1000)))
      .toString('utf8')
      .split('\n')[0] ?? ''
  );
}
