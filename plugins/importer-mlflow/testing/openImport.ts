import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createKitwright } from '@kitwright/core';
import type { ImportSource, OpenContext } from '@kitwright/core/plugin';
import { testContext } from '@kitwright/testkit';
import importerMlflow from '../index.ts';
import type { TestMlflow } from './startMlflow.ts';

export interface OpenedImport extends AsyncDisposable {
  readonly workspace: string;
  readonly abort: (reason: Error) => void;
  readonly open: (location?: string, token?: string, at?: TestMlflow) => Promise<ImportSource>;
  /** Downloads everything and gives the files by path; `onBytes` hears how much of a file is there. */
  readonly fetchAll: (
    source: ImportSource,
    onBytes?: (done: number) => void,
  ) => Promise<Readonly<Record<string, string>>>;
}

/** Imports from a server; nothing waits. `given` is what differs from the usual context. */
export function openImport({ url }: TestMlflow, given: Partial<OpenContext> = {}): OpenedImport {
  const context = testContext();
  const kitwright = createKitwright({ plugins: [importerMlflow({ wait: context.wait })], home: context.home });
  const importer = kitwright.capabilities.get('importer', 'mlflow');
  const workspace = join(context.folder, 'workspace');
  mkdirSync(workspace);
  const own = {
    signal: context.signal,
    fetch: context.fetch,
    credentials: async () => undefined,
    logger: context.logger,
    home: context.home,
    userAgent: context.userAgent,
    progress: context.progress,
    anonymous: false,
    ...given,
    env: { MLFLOW_TRACKING_URI: url, ...given.env },
  };
  const { signal } = context;
  return {
    workspace,
    abort: context.abort,
    open: (location = 'models:/net/1', token, at) =>
      importer.open(
        { location, revision: undefined, token, workspace, signal },
        at ? { ...own, env: { ...own.env, MLFLOW_TRACKING_URI: at.url } } : own,
      ),
    fetchAll: async (source, onBytes = () => undefined) =>
      filesIn(await source.fetch(source.files, { concurrency: 2, signal, onBytes: (_, done) => onBytes(done) })),
    [Symbol.asyncDispose]: async () => {
      await kitwright.close();
      await context[Symbol.asyncDispose]();
    },
  };
}

function filesIn(directory: string): Readonly<Record<string, string>> {
  const paths = (readdirSync(directory, { recursive: true }) as string[]).filter((path) =>
    statSync(join(directory, path)).isFile(),
  );
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(directory, path), 'latin1')]));
}
