import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openHistory } from './watchHistory.ts';

const folder = mkdtempSync(join(tmpdir(), 'kitwright-history-'));
after(() => rmSync(folder, { recursive: true }));

const end = (kits: number) => ({ type: 'end', kits, at: kits }) as const;

test('events are stored for each directory, and torn or foreign lines are left out', () => {
  const history = openHistory(folder, '/some/project');
  assert.deepEqual(history.read(), []);
  history.add(end(1));
  const [name = ''] = readdirSync(join(folder, 'watches'));
  appendFileSync(join(folder, 'watches', name), 'garbage\n{"v":9,"type":"end","at":1}\n{"v":1,"type":"end","ki');
  const next = openHistory(folder, '/some/project');
  next.add(end(2));
  assert.deepEqual(next.read(), [end(1), end(2)]);
  assert.deepEqual(openHistory(folder, '/another').read(), []);
});
