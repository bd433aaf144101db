import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { CheckpointFormat, LayerType, Readiness } from '../../host/capabilities.ts';
import { createKitwright } from '../../host/createKitwright.ts';
import { definePlugin } from '../../host/plugin.ts';
import { tarOfEntries } from '../../host/tarOfEntries.ts';
import { createRecipeReader } from '../../layers/recipeReader.ts';
import { tarIndex } from '../../layers/tarIndex.ts';
import { parseReference } from '../../oci/reference.ts';
import { createLocalStore, type LocalStore } from '../../store/localStore.ts';
import type { Hints } from '../hints.ts';
import { type ScannedTree, scanTree } from '../scanTree.ts';
import type { TreeScan } from '../treeScan.ts';
import type { Waiting } from '../Waiting.ts';
import { finish, type WatchedKit, type WatchLook, type WatchOptions, type WatchRequest } from '../WatchOptions.ts';
import { watchKit } from '../watchKit.ts';

const tar: LayerType = { id: 'tar', format: 'tar', compressible: true, ...tarOfEntries };

/** A format whose files end with "done". */
const doneFormat: Readiness = {
  id: 'done',
  matches: (name) => name.endsWith('.ckpt'),
  check: ({ size, read }) =>
    read(Math.max(0, size - 4), 4).toString() === 'done'
      ? { state: 'ready' }
      : { state: 'not-yet', reason: 'no "done" yet', retryAfter: 50 },
};

/** A format that is known by its beginning: "DATA", and "end" at the end. */
const dataFormat: Readiness = {
  id: 'data',
  matches: () => false,
  recognises: (head) => head.toString('latin1', 0, 4) === 'DATA',
  check: ({ size, read }) =>
    read(Math.max(0, size - 3), 3).toString() === 'end'
      ? { state: 'ready' }
      : { state: 'not-yet', reason: 'no "end" yet', retryAfter: 50 },
};

/** A format whose files name another file that they need. */
const needyFormat: Readiness = {
  id: 'needy',
  matches: (name) => name.endsWith('.needs'),
  check: ({ size, read, sizeOf }) =>
    sizeOf(read(0, size).toString()) === undefined
      ? { state: 'not-yet', reason: 'what it needs is missing', retryAfter: 50 }
      : { state: 'ready' },
};

/** Checkpoints: directories `step-N`, complete when they hold a file DONE. */
const markedFormat: CheckpointFormat = {
  id: 'marked',
  matches: ({ name }) => name.startsWith('step-'),
  check: ({ names, text }) =>
    names.includes('DONE') || text('../ALL') === 'done'
      ? { state: 'ready' }
      : { state: 'not-yet', reason: 'DONE is missing', retryAfter: 50 },
};

/** What the running watch did, in order. */
let log: string[] = [];
let warnings: string[] = [];

const plugin = definePlugin({
  name: 'test',
  apiVersion: 1,
  apply: ({ register, hooks }) => {
    hooks.event.tap((event) => {
      if (event.type === 'layer-done' && !event.reused) log.push(`built ${event.layer}`);
    });
    hooks.diagnostic.tap(({ message }) => {
      warnings.push(message);
    });
    register('layerType', tar);
    register('readiness', doneFormat);
    register('readiness', needyFormat);
    register('readiness', dataFormat);
    register('checkpoint', markedFormat);
  },
});

const kitwright = createKitwright({ plugins: [plugin], threads: 1 });
after(() => kitwright.close());

/** A fresh folder, which is removed at the end. */
const temporaryRoot = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'kitwright-watch-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  return root;
};

export type Write = (files: Readonly<Record<string, string>>) => void;

export interface RunOptions
  extends Partial<
    Pick<
      WatchOptions,
      | 'capture'
      | 'fileDigests'
      | 'pace'
      | 'measured'
      | 'quiet'
      | 'openFiles'
      | 'marks'
      | 'perCheckpoint'
      | 'onRecovery'
      | 'ownOutput'
    >
  > {
  /** The folder of an earlier watch, whose store is used again. */
  readonly root?: string;
  /** How many ms after the files were written the watch begins. */
  readonly ahead?: number;
  /** Called between a scan and the plan. */
  readonly afterScan?: (step: Step, found: ScannedTree) => void;
}

/** The texts of all files of a kit, as its stored layers hold them. */
const textsIn = ({ kit }: WatchedKit, { layers }: LocalStore): Readonly<Record<string, string>> =>
  Object.fromEntries(
    kit.layers.flatMap(({ descriptor }) => {
      const record = layers.read(descriptor.digest);
      assert.ok(record);
      using reader = createRecipeReader(layers.recipeOf(record));
      const entries = [...tarIndex(reader.readAt, reader.size)].filter(({ type }) => type === 'file');
      return entries.map(({ path, offset, size }) => [path, reader.readAt(offset, size).toString()]);
    }),
  );

export interface Scanned {
  readonly paths: readonly string[];
  readonly found: ScannedTree;
}

export interface Watched {
  readonly kits: readonly WatchedKit[];
  /** Digests of kits that had the name already. */
  readonly unchanged: readonly string[];
  /** Of directory and store; removed after the test run. */
  readonly root: string;
  /** The texts of the files in each kit, by path. */
  readonly texts: readonly Readonly<Record<string, string>>[];
  readonly waits: readonly (readonly Waiting[])[];
  readonly looks: readonly WatchLook[];
  readonly scans: readonly Scanned[];
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
  readonly store: LocalStore;
  /** `built <layer>`, `look` and `kit`, in their order. */
  readonly log: readonly string[];
}

/** What a step can do: write files, send a request to the watch, set its clock, change its directory. */
export interface Step {
  readonly write: Write;
  readonly ask: (request: WatchRequest) => void;
  readonly sleep: (ms: number) => void;
  /** The clock of the watch, in ms. */
  readonly now: () => number;
  readonly directory: string;
}

/**
 * Runs a watch whose clock only the test moves. Each step may change files; then the watch looks until nothing happens.
 */
export const runWatch = async (
  first: Readonly<Record<string, string>>,
  steps: readonly ((step: Step) => void)[],
  { ahead = 3_600_000, root = temporaryRoot(), afterScan, ...more }: RunOptions = {},
): Promise<Watched> => {
  const unchanged: string[] = [];
  const directory = join(root, 'p');
  let now = Date.now() + ahead;
  const write: Write = (files) => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(directory, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, content);
    }
  };
  write(first);
  const stop = new AbortController();
  log = [];
  warnings = [];
  const kits: WatchedKit[] = [];
  const texts: Readonly<Record<string, string>>[] = [];
  const store = createLocalStore(join(root, 'store'));
  const waits: (readonly Waiting[])[] = [];
  const looks: WatchLook[] = [];
  const scans: Scanned[] = [];
  const failures: string[] = [];
  const queue = [...steps];
  let asking: Step['ask'] = () => undefined;
  const sleep = (ms: number) => {
    now += ms;
  };
  const step: Step = { write, ask: (request) => asking(request), sleep, now: () => now, directory };
  let silentLooks = 0;
  // A timer fires at once; every few silent looks in a row let the next step happen.
  const later = (callback: () => void, ms: number) => {
    now += ms;
    if (++silentLooks > 4) {
      silentLooks = 0;
      const next = queue.shift();
      if (next) next(step);
      else stop.abort(finish);
    }
    const handle = setImmediate(callback);
    return () => clearImmediate(handle);
  };
  const hints: Hints = { onHint: () => undefined, working: () => false, [Symbol.asyncDispose]: async () => undefined };
  const treeScan: TreeScan = {
    scan: async (request) => {
      const found = await scanTree(request);
      scans.push({ paths: request.paths, found });
      afterScan?.(step, found);
      return found;
    },
    hurry: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
  await watchKit(kitwright, {
    directory,
    kitfile: {},
    store,
    layerFormat: 'tar',
    capture: 'copy',
    signal: new AbortController().signal,
    hints,
    treeScan,
    clock: { now: () => now, later },
    quiet: 300,
    nameOf: () => parseReference('x:latest'),
    onRequest: (listener) => {
      asking = listener;
    },
    onKit: (kit) => {
      kits.push(kit);
      texts.push(textsIn(kit, store));
      log.push('kit');
    },
    onUnchanged: ({ digest }) => unchanged.push(digest),
    onWaiting: (waiting) => waits.push(waiting),
    onLook: (look) => {
      looks.push(look);
      log.push('look');
    },
    onFailure: ({ code }) => failures.push(code),
    onStart: () => undefined,
    stop: stop.signal,
    ...more,
  });
  return { kits, unchanged, root, store, texts, waits, looks, scans, failures, warnings, log };
};

export const kitfile = 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: c}]\n';

/** The layers that each kit rebuilt. */
export const rebuilt = (kits: readonly WatchedKit[]): readonly (readonly string[])[] =>
  kits.map(({ kit }) => kit.layers.flatMap(({ entry, cost }) => (cost.reused ? [] : [entry.id])));
