import { type AddTest, addCases } from '../suite/addCases.ts';
import { leakCase } from '../suite/leftovers.ts';
import { endOf, secretCase } from '../suite/printedBy.ts';
import { type ExportBench, type ExportCase, openExportBench } from './ExportBench.ts';
import { exportCases } from './exportCases.ts';
import type { MakeExporter } from './MadeExporter.ts';

/** The rules for exporters. */
export const exporterCases: readonly ExportCase[] = [...exportCases, secretCase(useAll), leakCase(useAll)];

/**
 * Tests an exporter: each rule is one test of the runner (`test` of node:test, vitest or jest), on an exporter that
 * `make` makes for it. What the maker gives no means for is skipped, with the reason.
 */
export function testExporter(test: AddTest, make: MakeExporter): void {
  addCases(test, exporterCases, openExportBench(make));
}

/** What is done with an exporter, with and without success; gives all results and errors. */
async function useAll({ export: run, context }: ExportBench): Promise<readonly unknown[]> {
  // Who takes an empty text for a folder must not write into the current one.
  const unpack = () => Promise.reject(new Error('It was unpacked.'));
  const ends = [await run(), await run(), await endOf(() => run({ destination: '', unpack }))];
  for (const { faults } of context.proxies) faults.push({ action: { kind: 'status', status: 401 } });
  const refused = await endOf(() => run());
  for (const { faults } of context.proxies) faults.length = 0;
  return [...ends, refused];
}
