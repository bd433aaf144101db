import assert from 'node:assert/strict';
import { type AddTest, addCases } from '../suite/addCases.ts';
import { NotRun } from '../suite/Case.ts';
import { leakCase } from '../suite/leftovers.ts';
import { endOf, secretCase } from '../suite/printedBy.ts';
import { assertFiles, fetchCases } from './fetchCases.ts';
import { type ImportBench, type ImportCase, importCase, openImportBench } from './ImportBench.ts';
import { assertRefused, listingCases } from './listingCases.ts';
import type { MakeImporter } from './MadeImporter.ts';

const faultCases: readonly ImportCase[] = [
  importCase('faults: a download that is cut goes on, at the latest when it is tried again', async (bench) => {
    const { proxies } = bench.context;
    if (proxies.length === 0) throw new NotRun('the maker does not reach its system by `context.through`');
    const source = await bench.open();
    for (const { faults } of proxies) faults.push({ method: /GET/, times: 2, action: { kind: 'cut', bytes: 1000 } });
    let directory: string | undefined;
    for (let tries = 0; directory === undefined && tries < 6; tries++)
      directory = await bench.fetch(source).catch(() => undefined);
    assertFiles(directory ?? assert.fail('it never succeeds'), bench.made.files);
  }),
  importCase('faults: a 401 says unauthorized, or that it is refused', async (bench) => {
    const { proxies } = bench.context;
    if (proxies.length === 0) throw new NotRun('the maker does not reach its system by `context.through`');
    for (const { faults } of proxies) faults.push({ action: { kind: 'status', status: 401 } });
    await assertRefused(() => bench.open(), 'a system that answers 401');
  }),
];

/** The rules for importers. */
export const importerCases: readonly ImportCase[] = [
  ...listingCases,
  ...fetchCases,
  ...faultCases,
  secretCase(useAll),
  leakCase(useAll),
];

/**
 * Tests an importer: each rule is one test of the runner (`test` of node:test, vitest or jest), on an importer that
 * `make` makes for it. What the maker gives no means for is skipped, with the reason.
 */
export function testImporter(test: AddTest, make: MakeImporter): void {
  addCases(test, importerCases, openImportBench(make));
}

/** What is done with an importer, with and without success; gives all results and errors. */
async function useAll({ made, context, open, fetch }: ImportBench): Promise<readonly unknown[]> {
  const source = await open();
  const { repository, uri, commit } = source;
  await fetch(source);
  const [path = ''] = Object.keys(made.files);
  const ends = [repository, uri, commit, await endOf(() => source.read(path)), await endOf(() => source.read('none'))];
  ends.push(await endOf(() => open({ revision: 'none' })));
  if (made.missing !== undefined) ends.push(await endOf(() => open({ location: made.missing as string })));
  for (const { faults } of context.proxies) faults.push({ action: { kind: 'status', status: 401 } });
  ends.push(await endOf(() => open()));
  for (const { faults } of context.proxies) faults.length = 0;
  return ends;
}
