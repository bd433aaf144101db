import { createHash } from 'node:crypto';
import type { Model, ModelEntry } from '../Model.ts';

/** A directory in memory: texts by path; `undefined` is a link. */
export function memoryModel(files: Readonly<Record<string, string | undefined>>): Model {
  return {
    name: 'net',
    list: ({ ignored }) =>
      Object.keys(files)
        .sort()
        .filter((path) => !ignored.some((each) => path === each || path.startsWith(`${each}/`)))
        .map((path): ModelEntry => {
          const text = files[path];
          return { path, type: text === undefined ? 'link' : 'file', size: Buffer.byteLength(text ?? '') };
        }),
    hash: async (slices) =>
      slices.map(({ path, offset, size }) => {
        const bytes = Buffer.from(files[path] ?? '').subarray(offset, offset + size);
        return createHash('sha256').update(bytes).digest('hex');
      }),
  };
}
