import { join } from 'node:path';
import { type Content, createOciLayout, type Descriptor, type Target } from '@kitwright/core/plugin';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import type { Wrong } from '../testWrong.ts';
import { contentOf } from './bytesOf.ts';

/** What a target holds in memory is seen where its place is not in this process: in a folder. */
export const wrongMemoryUse: readonly Wrong<MakeTarget>[] = [
  {
    does: 'collects a blob before it sends it',
    fails: ['memory: a push holds a part of a large blob, not all of it'],
    make: inFolder((right) => ({
      push: async (descriptor, content) => right.push(descriptor, contentOf(await allOf(descriptor, content))),
    })),
  },
  {
    does: 'collects a blob before it gives it',
    fails: ['memory: a fetch gives a large blob block by block'],
    make: inFolder((right) => ({
      async *fetch(descriptor, range) {
        const parts: Uint8Array[] = [];
        for await (const bytes of right.fetch(descriptor, range)) parts.push(bytes);
        yield* parts;
      },
    })),
  },
];

/** A right target in a folder, spoiled. */
export function inFolder(spoil: (right: Target) => Partial<Target>): MakeTarget {
  return ({ folder }) => {
    const open = (): Target => {
      const { name, complete, fetch, exists, push, resolve, tag } = createOciLayout(join(folder, 'layout'));
      const right = { name, complete, fetch, exists, push, resolve, tag };
      return { ...right, ...spoil(right) };
    };
    return { target: open(), repository: 'localhost/team/kit', reopen: open };
  };
}

async function allOf({ size }: Descriptor, content: Content): Promise<Buffer> {
  const parts: Buffer[] = [];
  await content.read({ start: 0, end: size }, (bytes) => void parts.push(Buffer.from(bytes)));
  return Buffer.concat(parts);
}
