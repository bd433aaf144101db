import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FetchFilesOptions, ImportFile, ImportSource } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import { openBench } from '../suite/Bench.ts';
import { benchCase, type Case, type OpenBench } from '../suite/Case.ts';
import type { MadeImporter, MakeImporter } from './MadeImporter.ts';

/** An importer, and a workspace for it. */
export interface ImportBench {
  readonly made: MadeImporter;
  readonly context: TestContext;
  readonly workspace: string;
  /** Lists the repository; at another place, or with another workspace, if it is named. */
  readonly open: (other?: Opening) => Promise<ImportSource>;
  readonly fetch: (
    source: ImportSource,
    options?: Partial<FetchFilesOptions>,
    files?: readonly ImportFile[],
  ) => Promise<string>;
}

export interface Opening {
  readonly location?: string;
  readonly revision?: string;
  readonly workspace?: string;
  readonly signal?: AbortSignal;
}

export type ImportCase = Case<ImportBench>;

export const importCase: (name: string, run: (bench: ImportBench) => Promise<void>) => ImportCase = benchCase;

export function openImportBench(make: MakeImporter): OpenBench<ImportBench> {
  const open = openBench(make);
  return async () => {
    const { made, context, [Symbol.asyncDispose]: dispose } = await open();
    const { importer, location, revision, token } = made;
    const workspace = join(context.folder, 'workspace');
    mkdirSync(workspace);
    const { signal } = context;
    return {
      made,
      context,
      workspace,
      open: (other = {}) => importer.open({ location, revision, token, workspace, signal, ...other }, context),
      fetch: (source, options = {}, files = source.files) =>
        source.fetch(files, { concurrency: 2, signal, ...options }),
      [Symbol.asyncDispose]: dispose,
    };
  };
}
