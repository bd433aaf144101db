import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTableBuilder, encodePaths } from '../../files/fileTable.ts';
import { layOutTar } from '../../layers/manyFiles.ts';
import { paddingOf, tarEnd, tarHeader } from '../../layers/tarHeader.ts';
import { digestOf } from '../../oci/digest.ts';
import { decodeRecord, encodeBody, joinRecord } from '../../store/LayerRecord.ts';
import type { ManyWork } from './ManyWork.ts';
import { referenceBody } from './referenceBody.ts';

const entries = [
  { path: 'd', type: 'directory', size: 4096 },
  { path: 'd/empty', type: 'file', size: 0 },
  { path: 'd/one', type: 'file', size: 513 },
  { path: `d/${'x'.repeat(180)}`, type: 'file', size: 1024 },
  { path: 'd/z', type: 'file', size: 1 },
] as const;

const times = { dev: 2n ** 60n, ino: 7n, mtimeNs: 10n ** 18n + 1n, ctimeNs: 10n ** 18n };

test('the record refers to each file that has a content, and holds the rest of the tar', () => {
  const builder = createTableBuilder();
  const printOf = ({ type, size }: (typeof entries)[number]) => ({
    ...times,
    size,
    mode: type === 'file' ? 0o100644 : 0o040755,
  });
  for (const entry of entries) builder.add(entry.path, printOf(entry));
  const table = builder.table();
  const layout = layOutTar(table, encodePaths(table.paths));
  const work = { table, options: { directory: '/p' } } as Pick<ManyWork, 'table' | 'options'>;
  const digest = digestOf('layer');
  const head = { digest, size: layout.bytes, diffId: digest };
  const record = decodeRecord(Buffer.from(joinRecord(head, encodeBody(referenceBody(work, layout)))));
  const full = entries.filter(({ type, size }) => type === 'file' && size > 0);
  assert.deepEqual(
    record?.sources,
    full.map((entry) => ({
      kind: 'reference',
      path: `/p/${entry.path}`,
      size: entry.size,
      fingerprint: printOf(entry),
    })),
  );
  const content = (size: number) => Buffer.alloc(size, 'c');
  const found = record?.pieces.map((piece) => ('inline' in piece ? piece.inline : content(piece.size))) ?? [];
  const tar = entries.flatMap((entry) => {
    const size = entry.type === 'file' ? entry.size : 0;
    const header = tarHeader({ path: entry.path, type: entry.type, mode: printOf(entry).mode & 0o7777, size });
    return [header, content(size), Buffer.alloc(paddingOf(size))];
  });
  assert.ok(Buffer.concat(found).equals(Buffer.concat([...tar, tarEnd()])));
});
