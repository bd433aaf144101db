import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { eventually } from '../suite/turns.ts';
import { type Bench, type TargetCase, tryPush } from './Bench.ts';
import { contentOf, failingContent } from './contents.ts';
import { fetchAll } from './reading.ts';
import { blobOf, kitOf, manyBytes } from './samples.ts';

/** What is left when all has ended. */
export const leakCases: readonly TargetCase[] = [
  {
    name: 'leaks: no timer, socket, file or thread is left when it is disposed',
    run: async (open) => {
      const before = resources();
      {
        await using bench = await open();
        await useAll(bench);
      }
      const left = () => without(resources(), before);
      await eventually(() => left().length === 0, 2000);
      assert.deepEqual(left(), []);
    },
  },
];

/** What is done to a target in its life, with and without success. */
export async function useAll({ target, repository, storeKit, store, settle }: Bench): Promise<void> {
  const { layer, manifest } = await storeKit('used', 'v1');
  const blob = blobOf(manyBytes(1024 * 1024));
  await tryPush(target, blob, failingContent(blob.bytes, 500_000));
  await tryPush(target, blob, contentOf(Buffer.alloc(1024 * 1024)));
  await store(blob);
  await target.tag(manifest.descriptor, repository, 'v2');
  await settle();
  await target.resolve(repository, 'v1');
  await fetchAll(target, layer.descriptor);
  for await (const _ of target.fetch(blob.descriptor)) break;
  await fetchAll(target, kitOf('nowhere').layer.descriptor).catch(() => undefined);
  await target.tag(kitOf('nowhere').manifest.descriptor, repository, 'v3').catch(() => undefined);
}

/** What keeps the process alive, and the files that are open (where the system tells). */
function resources(): readonly string[] {
  return [...process.getActiveResourcesInfo(), ...openFiles()];
}

function openFiles(): readonly string[] {
  try {
    return readdirSync('/proc/self/fd').flatMap((fd) => fileOf(fd));
  } catch {
    return [];
  }
}

/** Sockets and pipes are told by what keeps the process alive: idle connections of Node's `fetch` are not ours to close. */
function fileOf(fd: string): readonly string[] {
  try {
    const path = readlinkSync(`/proc/self/fd/${fd}`);
    return path.startsWith('/') && !path.startsWith('/proc/') ? [path] : [];
  } catch {
    return [];
  }
}

function without(all: readonly string[], some: readonly string[]): readonly string[] {
  const rest = [...some];
  return all.filter((each) => {
    const at = rest.indexOf(each);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}
