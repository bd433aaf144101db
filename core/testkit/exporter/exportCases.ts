import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '@kitwright/core/plugin';
import { requireMeans } from '../suite/Bench.ts';
import { NotRun } from '../suite/Case.ts';
import { type Files, textsOf } from '../suite/files.ts';
import { endsAfterSignal } from '../suite/heeding.ts';
import { endsWell, isOneLine } from '../suite/hostile.ts';
import { assertCode, isFrom, rejectionOf } from '../suite/rejection.ts';
import { type ExportBench, type ExportCase, exportCase } from './ExportBench.ts';

/** What is at the destination afterwards. */
export const exportCases: readonly ExportCase[] = [
  exportCase('export: every file of the kit is there, and stays when the kit is gone', async (bench) => {
    await bench.export();
    await assertExported(bench, bench.files);
  }),
  exportCase('export: says what it made, a line each', async (bench) => {
    const lines = await bench.export();
    assert.ok(Array.isArray(lines) && lines.length > 0, 'it says nothing');
    for (const line of lines) assert.ok(isOneLine(line), `no line: ${JSON.stringify(line)}`);
  }),
  exportCase('again: what is there and equal is left alone', async (bench) => {
    const state = requireMeans(bench.made.state, 'state');
    await bench.export();
    const before = await state();
    await bench.export();
    assert.deepEqual(await state(), before, 'it wrote again what was there');
  }),
  exportCase('again: what has changed in the kit is exported, and the rest stays', async (bench) => {
    const [first = ''] = Object.keys(bench.files);
    await bench.export();
    const changed = { ...bench.files, [first]: Buffer.alloc(Buffer.byteLength(bench.files[first] ?? ''), 'x') };
    await bench.export({ files: changed });
    await assertExported(bench, changed);
  }),
  exportCase('again: what somebody changed there is put right', async (bench) => {
    const damage = requireMeans(bench.made.damage, 'damage');
    const [first = ''] = Object.keys(bench.files);
    await bench.export();
    await damage(first);
    await bench.export();
    await assertExported(bench, bench.files);
  }),
  exportCase('failure: why the kit cannot be unpacked is passed on, and nothing is made of it', async (bench) => {
    const error = new KitwrightError('descriptor-mismatch', 'A layer is damaged.');
    const failed = await rejectionOf(
      () =>
        bench.export({
          unpack: async () => {
            throw error;
          },
        }),
      'an export of a damaged kit',
    );
    assert.ok(isFrom(failed, error), `it failed with: ${failed.message}`);
    await assertNothing(bench);
  }),
  exportCase('abort: nothing is exported after the signal', async (bench) => {
    const reason = new Error('stopped by the user');
    const failed = await endsAfterSignal(bench.export({ signal: AbortSignal.abort(reason) }), reason, 'export');
    assert.ok(failed, 'it exported in spite of the signal');
    await assertNothing(bench);
  }),
  exportCase('abort: what was stopped half-way is whole when it is exported again', async (bench) => {
    const [reason, stop] = [new Error('stopped by the user'), new AbortController()];
    const prepare = () => void setImmediate(() => stop.abort(reason));
    await endsAfterSignal(bench.export({ signal: stop.signal, prepare }), reason, 'export');
    await bench.export();
    await assertExported(bench, bench.files);
    const found = Object.keys(await bench.made.exported());
    const parts = found.filter((path) => /\.(?:part|partial|tmp|temp|unfinished)$/i.test(path));
    assert.deepEqual(parts, [], 'parts are left');
  }),
  exportCase('kit: one without files is exported, or refused', async (bench) => {
    await endsWell('a kit without files', () => bench.export({ files: {} }));
  }),
  exportCase('kit: names of any kind are exported as they are, or refused', async (bench) => {
    for (const name of ['-rf', 'a b', '%2e%2e', '#hash', 'quote\'"`$(id)', 'line\nbreak', 'x'.repeat(200)]) {
      const lines = await endsWell(JSON.stringify(name), () => bench.export({ files: { [name]: name } }));
      if (lines === undefined) continue;
      await assertExported(bench, { [name]: name });
      for (const line of lines) assert.ok(isOneLine(line), `no line: ${JSON.stringify(line)}`);
    }
  }),
  exportCase('kit: a link in it leads nowhere', async (bench) => {
    const secret = 'what is behind the link';
    const outside = join(bench.context.home, 'outside.txt');
    writeFileSync(outside, secret);
    const prepare = (folder: string) => symlinkSync(outside, join(folder, 'link'));
    await endsWell('a kit with a link', () => bench.export({ prepare }));
    const texts = Object.values(textsOf(await bench.made.exported()));
    assert.ok(!texts.some((text) => text.includes(secret)), 'it exported what is behind a link');
  }),
  exportCase('destination: one that is none is usage, before anything is unpacked', async (bench) => {
    for (const destination of ['', ...(bench.made.notDestinations ?? [])]) {
      let unpacked = false;
      const unpack = async () => {
        unpacked = true;
        throw new Error('It was unpacked.');
      };
      await assertCode(() => bench.export({ destination, unpack }), 'usage', JSON.stringify(destination));
      assert.equal(unpacked, false, `${destination}: the kit was unpacked first`);
    }
  }),
  exportCase('faults: a place that refuses is an error with a code, and nothing is half there', async (bench) => {
    const { proxies } = bench.context;
    if (proxies.length === 0) throw new NotRun('the maker does not reach its place by `context.through`');
    for (const status of [401, 403]) {
      for (const { faults } of proxies) faults.push({ action: { kind: 'status', status } });
      const error = await rejectionOf(() => bench.export(), `a place that answers ${status}`);
      assert.ok(error instanceof KitwrightError, `it fails with no error of Kitwright: ${error.message}`);
      for (const { faults } of proxies) faults.length = 0;
      await assertNothing(bench);
    }
    await bench.export();
    await assertExported(bench, bench.files);
  }),
];

async function assertExported({ made }: ExportBench, files: Files): Promise<void> {
  const [found, wanted] = [textsOf(await made.exported()), textsOf(files)];
  for (const [path, text] of Object.entries(wanted))
    assert.ok(found[path] === text, `${path} ${found[path] === undefined ? 'is missing' : 'has other bytes'}`);
}

async function assertNothing({ made }: ExportBench): Promise<void> {
  assert.deepEqual(Object.keys(await made.exported()), []);
}
