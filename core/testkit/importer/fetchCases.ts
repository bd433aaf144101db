import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { requireMeans } from '../suite/Bench.ts';
import { NotRun } from '../suite/Case.ts';
import { type Files, pathsBelow } from '../suite/files.ts';
import { endsAfterSignal } from '../suite/heeding.ts';
import { endsWell } from '../suite/hostile.ts';
import { type ImportBench, type ImportCase, importCase } from './ImportBench.ts';
import { versionOf } from './listingCases.ts';

/** How files come into the workspace. */
export const fetchCases: readonly ImportCase[] = [
  importCase('fetch: gives every file, below a folder of the workspace', async (bench) => {
    const directory = await bench.fetch(await bench.open());
    assertBelow(directory, bench.workspace);
    assertFiles(directory, bench.made.files);
  }),
  importCase('fetch: many at once, and one after the other', async ({ open, fetch, made: { files }, context }) => {
    for (const concurrency of [1, 16]) {
      const workspace = join(context.folder, `workspace-${concurrency}`);
      mkdirSync(workspace);
      assertFiles(await fetch(await open({ workspace }), { concurrency }), files);
    }
  }),
  importCase('fetch: gives those that are wanted, one by one', async ({ open, fetch, made: { files } }) => {
    const source = await open();
    for (const file of source.files) {
      const directory = await fetch(source, {}, [file]);
      assertFiles(directory, { [file.path]: files[file.path] ?? '' });
    }
  }),
  importCase('fetch: writes nothing outside of the workspace', async ({ open, fetch, context, workspace }) => {
    const outside = () => pathsBelow(context.folder).filter((path) => !path.startsWith('workspace'));
    const before = outside();
    await fetch(await open());
    assert.deepEqual(outside(), before);
    assert.ok(pathsBelow(workspace).length > 0, 'nothing is in the workspace');
  }),
  importCase(
    'fetch: once more, and after another opening, gives the same',
    async ({ open, fetch, made: { files } }) => {
      const source = await open();
      for (const each of [source, source, await open()]) assertFiles(await fetch(each), files);
    },
  ),
  importCase('fetch: tells how far it is, never back and never beyond the end', async ({ open, fetch }) => {
    const told = new Map<string, number>();
    await fetch(await open(), {
      onBytes: ({ path, size }, done) => {
        assert.ok(done <= size, `${path}: ${done} of ${size} bytes`);
        assert.ok(done >= (told.get(path) ?? 0), `${path}: from ${told.get(path)} back to ${done}`);
        told.set(path, done);
      },
    });
  }),
  importCase('fetch: goes on where another one was stopped', async (bench) => {
    const stop = new AbortController();
    const reason = new Error('stopped by the user');
    const source = await bench.open();
    const onBytes = () => stop.abort(reason);
    await endsAfterSignal(bench.fetch(source, { signal: stop.signal, onBytes }), reason, 'fetch');
    assertFiles(await bench.fetch(await bench.open()), bench.made.files);
  }),
  importCase('abort: nothing is listed or downloaded after the signal', async ({ open, fetch, workspace }) => {
    const reason = new Error('stopped by the user');
    const signal = AbortSignal.abort(reason);
    await endsAfterSignal(open({ signal }), reason, 'open');
    const source = await open();
    const before = pathsBelow(workspace);
    const failed = await endsAfterSignal(fetch(source, { signal }), reason, 'fetch');
    assert.ok(failed || pathsBelow(workspace).length === before.length, 'it downloaded in spite of the signal');
  }),
  importCase('damage: other bytes than those of the commit are refused', async ({ open, fetch, made }) => {
    const damage = requireMeans(made.damage, 'damage');
    const source = await open();
    const [path = ''] = Object.keys(made.files);
    await damage(path);
    const directory = await endsWell('a damaged file', () => fetch(source));
    if (directory !== undefined) assertFiles(directory, made.files);
  }),
  importCase('damage: what was refused is not there the next time', async ({ open, fetch, made, workspace }) => {
    const damage = requireMeans(made.damage, 'damage');
    const source = await open();
    const [path = '', bytes = ''] = Object.entries(made.files)[0] ?? [];
    await damage(path);
    if ((await endsWell('a damaged file', () => fetch(source))) !== undefined) return;
    for (const each of pathsBelow(workspace))
      if (`/${each}`.endsWith(`/${path}`))
        assert.ok(readFileSync(join(workspace, each)).equals(Buffer.from(bytes)), `${each} holds other bytes`);
  }),
  importCase('move: a branch that moves meanwhile mixes no two commits', async ({ open, fetch, made }) => {
    const move = requireMeans(made.move, 'move');
    const source = await open();
    await move(Object.fromEntries(Object.keys(made.files).map((path) => [path, `moved ${path}`])));
    const directory = await endsWell('a branch that moved', () => fetch(source));
    if (directory !== undefined) assertFiles(directory, made.files);
    const later = await open();
    assert.notEqual(versionOf(later), versionOf(source), 'another opening sees no other commit');
  }),
  importCase('hostile: no name leads out of the workspace', async (bench) => {
    const hostile = requireMeans(bench.made.hostile, 'hostile');
    const names = ['../evil', '/evil', 'a/../../evil', '..', 'a//b', './a', 'a\0b'];
    const outside = () => pathsBelow(bench.context.folder).filter((path) => !path.startsWith('workspace'));
    const before = outside();
    let tried = 0;
    for (const name of names) {
      const location = await hostile(name);
      if (location === undefined) continue;
      tried++;
      await importHostile(bench, location, JSON.stringify(name));
    }
    if (tried === 0) throw new NotRun('the system has no such names');
    assert.deepEqual(outside(), before, 'it wrote outside of the workspace');
  }),
];

async function importHostile({ open, fetch, workspace }: ImportBench, location: string, what: string): Promise<void> {
  await endsWell(what, async () => {
    const source = await open({ location });
    for (const { path } of source.files)
      assert.ok(
        !path.split('/').some((part) => ['', '.', '..'].includes(part)) && !path.includes('\0'),
        `it lists ${what}`,
      );
    assertBelow(await fetch(source), workspace);
  });
}

export function assertFiles(directory: string, files: Files): void {
  for (const [path, bytes] of Object.entries(files)) {
    const at = join(directory, ...path.split('/'));
    assert.ok(lstatSync(at).isFile(), `${path} is no regular file`);
    assert.equal(realpathSync(at), join(realpathSync(directory), ...path.split('/')), `${path} is behind a link`);
    assert.ok(readFileSync(at).equals(Buffer.from(bytes)), `${path} has other bytes`);
  }
}

function assertBelow(directory: string, workspace: string): void {
  assert.ok(realpathSync(directory).startsWith(realpathSync(workspace)), `${directory} is outside of the workspace`);
}
