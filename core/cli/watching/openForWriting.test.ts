import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileId } from '@kitwright/core/internal';
import { openForWriting } from './openForWriting.ts';

const noProc = process.platform !== 'linux' && 'there is no /proc';

test('files that a descendant has open for writing are known, those that it reads are not', {
  skip: noProc,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-open-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const names = ['read', 'written', 'appended', 'both', 'closed'] as const;
  for (const name of names) writeFileSync(join(folder, name), '');
  const script = '(exec 3<read 4>written 5>>appended 6<>both; echo open; read line); :';
  const child = spawn('sh', ['-c', script], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const open = openForWriting(child.pid as number);
  const isOpen = (name: string) => open.has(fileId(statSync(join(folder, name), { bigint: true })));
  assert.deepEqual(names.filter(isOpen), ['written', 'appended', 'both']);
  child.stdin.end();
  await once(child, 'exit');
  assert.deepEqual(openForWriting(child.pid as number), new Set());
});
