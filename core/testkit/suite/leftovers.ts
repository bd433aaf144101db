import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import type { Case } from './Case.ts';
import { eventually } from './turns.ts';

/** A case that uses what is tested, and looks at what is left when all has ended. */
export function leakCase<B>(use: (bench: B) => Promise<unknown>): Case<B> {
  return {
    name: 'leaks: no timer, socket, file or thread is left when it is disposed',
    run: async (open) => {
      const before = resources();
      {
        await using bench = await open();
        await use(bench);
      }
      const left = () => without(resources(), before);
      await eventually(() => left().length === 0, 1000);
      assert.deepEqual(left(), []);
    },
  };
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
