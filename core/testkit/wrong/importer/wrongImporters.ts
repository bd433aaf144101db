import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ImportFile, type ImportRequest, type ImportSource, KitwrightError } from '@kitwright/core/plugin';
import type { MakeImporter } from '../../importer/MadeImporter.ts';
import type { Wrong } from '../testWrong.ts';
import { onShelf, type Shelf, type Spoiled, shelfImporter } from './shelf.ts';

/** Importers with one error each, and the cases that find it. */
export const wrongImporters: readonly Wrong<MakeImporter>[] = [
  wrong('takes every location', { importer: { matches: () => true } }, [
    'matches: leaves others their locations, whatever they are',
  ]),
  wrong('has no word for a location that is none', { importer: { repositoryOf: (location) => location.slice(6) } }, [
    'repositoryOf: gives owner and name, or is usage',
  ]),
  wrong('lists sizes that are wrong', { source: ({ files }) => ({ files: files.map(larger) }) }, [
    'open: lists each file once, with its size, at a commit',
  ]),
  wrong('puts the login into the address', { source: (_, { token }) => ({ uri: `shelf://${token}@team/kit` }) }, [
    'open: lists each file once, with its size, at a commit',
    'secrets: none is logged, in an error or in a result',
  ]),
  wrong('writes beside the workspace', { source: writingBeside }, ['fetch: writes nothing outside of the workspace']),
  wrong('believes names', { check: () => undefined }, ['hostile: no name leads out of the workspace']),
  wrong('does not verify what comes', { write: writeAnything }, [
    'damage: other bytes than those of the commit are refused',
  ]),
  wrong(
    'keeps what it refused',
    {
      write: (path, bytes, file) => {
        writeAnything(path, bytes);
        if (bytes.byteLength !== file.size) throw new KitwrightError('descriptor-mismatch', `${file.path} is damaged.`);
      },
    },
    ['damage: what was refused is not there the next time'],
  ),
  wrong('does not look at the signal of fetch', { source: withoutSignal }, [
    'abort: nothing is listed or downloaded after the signal',
  ]),
  wrong('gives what the branch has now', { source: unpinned }, [
    'move: a branch that moves meanwhile mixes no two commits',
  ]),
  wrong('counts on beyond the end', { source: overcounting }, [
    'fetch: tells how far it is, never back and never beyond the end',
  ]),
  wrong(
    'reads nothing instead of failing',
    { source: ({ read }) => ({ read: (path) => read(path).catch(() => Buffer.alloc(0)) }) },
    ['read: a file that is not there is an error'],
  ),
  wrong(
    'leaves files open',
    {
      source: ({ fetch }) => ({
        fetch: async (...given) => {
          openSync(process.execPath, 'r');
          return fetch(...given);
        },
      }),
    },
    ['leaks: no timer, socket, file or thread is left when it is disposed'],
  ),
];

function wrong(does: string, spoiled: Spoiled, fails: readonly string[]): Wrong<MakeImporter> {
  return { does, fails, make: onShelf(spoiled) };
}

function larger({ path, size }: ImportFile): ImportFile {
  return { path, size: size + 1 };
}

function writeAnything(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

function writingBeside({ fetch }: ImportSource, { workspace }: ImportRequest): Partial<ImportSource> {
  return {
    fetch: async (...given) => {
      writeFileSync(join(dirname(workspace), 'notes.txt'), 'was here');
      return fetch(...given);
    },
  };
}

function withoutSignal({ fetch }: ImportSource): Partial<ImportSource> {
  const { signal } = new AbortController();
  return { fetch: (files, options) => fetch(files, { ...options, signal }) };
}

/** Opens again when it downloads. */
function unpinned(source: ImportSource, request: ImportRequest, shelf: Shelf): Partial<ImportSource> {
  return {
    fetch: async (files, options) => {
      const now = await shelfImporter(shelf, {}).open(request, undefined as never);
      return now.commit === source.commit ? source.fetch(files, options) : now.fetch(now.files, options);
    },
  };
}

function overcounting({ fetch }: ImportSource): Partial<ImportSource> {
  return {
    fetch: (files, { onBytes, ...options }) =>
      fetch(files, { ...options, onBytes: (file, done) => onBytes?.(file, done + 1) }),
  };
}
