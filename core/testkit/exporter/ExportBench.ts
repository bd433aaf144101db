import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { descriptorOf, type ExportRequest, mediaTypes, type OpenContext } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import { openBench } from '../suite/Bench.ts';
import { benchCase, type Case, type OpenBench } from '../suite/Case.ts';
import { deepFreeze } from '../suite/deepFreeze.ts';
import { type Files, putFiles } from '../suite/files.ts';
import type { MadeExporter, MakeExporter } from './MadeExporter.ts';

/** An exporter, an empty place, and a kit. */
export interface ExportBench {
  readonly made: MadeExporter;
  readonly context: TestContext;
  readonly files: Files;
  /** Exports as the command does; the folder of the kit is removed afterwards. */
  readonly export: (how?: Exporting) => Promise<readonly string[]>;
}

/** What an export does in another way. */
export interface Exporting {
  readonly files?: Files;
  readonly destination?: string;
  readonly unpack?: ExportRequest['unpack'];
  readonly signal?: AbortSignal;
  /** Called with the folder of the kit before the exporter gets it. */
  readonly prepare?: (folder: string) => void;
}

export type ExportCase = Case<ExportBench>;

export const exportCase: (name: string, run: (bench: ExportBench) => Promise<void>) => ExportCase = benchCase;

const manyFiles: Files = {
  'README.md': '# Net\n',
  'data/below/rows #1?.csv': 'a,b\n',
  'data/über.txt': 'ü',
  empty: '',
  'model.bin': Buffer.alloc(200_000, 'weights '),
};

export function openExportBench(make: MakeExporter): OpenBench<ExportBench> {
  const open = openBench(make);
  return async () => {
    const { made, context, [Symbol.asyncDispose]: dispose } = await open();
    const { files = manyFiles } = made;
    let unpacked = 0;
    return {
      made,
      context,
      files,
      export: async (how = {}) => {
        const folder = join(context.home, `unpacked-${unpacked++}`);
        const unpack = async () => {
          mkdirSync(folder, { recursive: true });
          putFiles(folder, how.files ?? files);
          how.prepare?.(folder);
          return folder;
        };
        try {
          const request = requestOf(made, { unpack, ...how });
          return await made.exporter.export(request, contextOf(made.context ?? context, how.signal));
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
      [Symbol.asyncDispose]: dispose,
    };
  };
}

function requestOf(made: MadeExporter, { unpack, destination = made.destination }: Exporting): ExportRequest {
  const descriptor = descriptorOf(mediaTypes.manifest, Buffer.from('{}'));
  const kitfile = { manifestVersion: '1.0.0', package: { name: 'net' } };
  const fields = deepFreeze({
    reference: 'team/net:v1',
    descriptor,
    kitfile,
    destination,
    options: { ...made.options },
  });
  return Object.freeze({ ...fields, unpack: unpack as ExportRequest['unpack'] });
}

/** The same with another signal. */
function contextOf(context: OpenContext, signal: AbortSignal | undefined): OpenContext {
  if (!signal) return context;
  const send: typeof fetch = (input, init) => fetch(input, { ...init, signal });
  return { ...context, signal, fetch: send };
}
