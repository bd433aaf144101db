import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  bytePath,
  displayPath,
  type Exporter,
  type ExportRequest,
  KitwrightError,
  type OpenContext,
} from '@kitwright/core/plugin';
import type { MakeExporter } from '../../exporter/MadeExporter.ts';
import { filesBelow, pathsBelow } from '../../suite/files.ts';
import type { Wrong } from '../testWrong.ts';

/** How the right exporter copies, step by step; errors replace a step. */
interface Steps {
  readonly check: (destination: string) => void;
  readonly unpack: (request: ExportRequest) => Promise<string>;
  readonly files: (folder: string) => readonly string[];
  readonly isThere: (from: string, to: string) => boolean;
  readonly copy: (from: string, to: string, context: OpenContext) => void;
  readonly line: (path: string) => string;
  readonly step: (context: OpenContext) => void;
}

const right: Steps = {
  check: (destination) => {
    if (destination === '' || destination.includes('://')) throw new KitwrightError('usage', 'Name a folder.');
  },
  unpack: ({ unpack }) => unpack(),
  files: (folder) => pathsBelow(folder).filter((path) => lstatSync(join(folder, path)).isFile()),
  isThere: (from, to) => {
    const there = lstatSync(to, { throwIfNoEntry: false });
    return there !== undefined && readFileSync(from).equals(readFileSync(to));
  },
  copy: (from, to) => {
    copyFileSync(from, `${to}.partial`);
    renameSync(`${to}.partial`, to);
  },
  line: (path) => displayPath(bytePath(path)),
  step: ({ signal }) => signal.throwIfAborted(),
};

export const rightExporter: MakeExporter = made({});

/** Exporters with one error each, and the cases that find it. */
export const wrongExporters: readonly Wrong<MakeExporter>[] = [
  wrong('writes everything again', { isThere: () => false }, ['again: what is there and equal is left alone']),
  wrong(
    'takes what has the same name for equal',
    { isThere: (_, to) => lstatSync(to, { throwIfNoEntry: false }) !== undefined },
    [
      'again: what has changed in the kit is exported, and the rest stays',
      'again: what somebody changed there is put right',
    ],
  ),
  wrong(
    'takes what has the same size for equal',
    { isThere: (from, to) => statSync(to, { throwIfNoEntry: false })?.size === statSync(from).size },
    [
      'again: what has changed in the kit is exported, and the rest stays',
      'again: what somebody changed there is put right',
    ],
  ),
  wrong(
    'says that it failed and not why',
    {
      unpack: ({ unpack }) =>
        unpack().catch(() => {
          throw new KitwrightError('store-failed', 'The kit is damaged.');
        }),
    },
    ['failure: why the kit cannot be unpacked is passed on, and nothing is made of it'],
  ),
  wrong('does not look at the signal', { step: () => undefined }, ['abort: nothing is exported after the signal']),
  wrong('gives names as they are', { line: (path) => path }, [
    'kit: names of any kind are exported as they are, or refused',
  ]),
  wrong(
    'loses what a name cannot be in an address',
    { copy: (from, to, context) => right.copy(from, decodeURIComponent(to), context) },
    ['kit: names of any kind are exported as they are, or refused'],
  ),
  wrong(
    'follows links',
    { files: (folder) => pathsBelow(folder).filter((path) => statSync(join(folder, path)).isFile()) },
    ['kit: a link in it leads nowhere'],
  ),
  wrong('takes any text for a folder', { check: () => undefined }, [
    'destination: one that is none is usage, before anything is unpacked',
  ]),
  wrong(
    'tells the login',
    {
      step: ({ signal, logger, env }) => {
        signal.throwIfAborted();
        logger.debug(`as ${env['KITWRIGHT_TEST_SECRET']}`);
      },
    },
    ['secrets: none is logged, in an error or in a result'],
  ),
  wrong(
    'leaves a file open',
    {
      copy: (from, to, context) => {
        openSync(from, 'r');
        right.copy(from, to, context);
      },
    },
    ['leaks: no timer, socket, file or thread is left when it is disposed'],
  ),
];

function wrong(does: string, spoiled: Partial<Steps>, fails: readonly string[]): Wrong<MakeExporter> {
  return { does, fails, make: made(spoiled) };
}

function made(spoiled: Partial<Steps>): MakeExporter {
  return ({ folder, secret }) => {
    const destination = join(folder, 'exported');
    return {
      exporter: exporterOf({ ...right, ...spoiled }),
      destination,
      exported: () => filesBelow(destination),
      state: () => pathsBelow(destination).map((path) => statSync(join(destination, path)).ino + secret.length),
      damage: (path) => writeFileSync(join(destination, path), 'other\n'),
      notDestinations: ['https://example.com/a'],
    };
  };
}

function exporterOf({ check, unpack, files, isThere, copy, line, step }: Steps): Exporter {
  return {
    id: 'folder',
    export: async (request, context) => {
      const { destination } = request;
      check(destination);
      step(context);
      const folder = await unpack(request);
      const lines: string[] = [];
      for (const path of files(folder)) {
        const [from, to] = [join(folder, path), join(destination, path)];
        if (isThere(from, to)) continue;
        await setImmediate();
        step(context);
        mkdirSync(dirname(to), { recursive: true });
        copy(from, to, context);
        lines.push(line(path));
      }
      return lines;
    },
  };
}
