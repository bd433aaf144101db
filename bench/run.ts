import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKit } from '../test/interop/buildPeers.ts';
import type { Bench, Row } from './Bench.ts';
import { everyday } from './everyday.ts';
import { limits } from './limits.ts';
import { peers } from './peers.ts';
import { registry } from './registry.ts';
import { s3 } from './s3.ts';
import { scenarios } from './scenarios.ts';
import { trust } from './trust.ts';
import { watch } from './watch.ts';
import { watchMany } from './watchMany.ts';
import { writeResults } from './writeResults.ts';

const cache = fileURLToPath(new URL('../.cache', import.meta.url));
mkdirSync(cache, { recursive: true });
const kit = buildKit();
if (kit === undefined) throw new Error('There is no Go to build kit with.');
const bench: Bench = { folder: mkdtempSync(join(cache, 'bench-')), kit, pairs: Number(process.env['PAIRS'] ?? 5) };
process.on('exit', () => rmSync(bench.folder, { recursive: true, force: true }));

const found: Row[] = [];

const show = (row: Row): void => {
  found.push(row);
  const { what, ratio, goal, ours, theirs } = row;
  const verdict = ratio <= goal ? 'met' : 'NOT met';
  console.log(
    `${ratio.toFixed(2).padStart(6)}  (goal ${goal.toFixed(2)}, ${verdict})`.padEnd(34),
    what.padEnd(46),
    `${ours} against ${theirs}`,
  );
};

const names = process.argv.slice(2);
for (const [name, run] of Object.entries({ ...scenarios, limits, everyday, registry, s3, peers, watch, trust })) {
  if (names.length && !names.includes(name)) continue;
  const rows = await run(bench);
  for (const row of rows) show(row);
  const cold = rows.find(({ what }) => what.startsWith('cold pack, many'));
  if (cold) show(await watchMany(bench, Number.parseFloat(cold.theirs)));
}
if (!names.length) writeResults(fileURLToPath(new URL('RESULTS.md', import.meta.url)), bench.pairs, found);
