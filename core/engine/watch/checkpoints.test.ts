import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fingerprint } from '../files/fingerprint.ts';
import type { Change } from './changes.ts';
import { changedCheckpoints } from './checkpoints.ts';
import type { WaitingOptions } from './Waiting.ts';

const count = 20_000;

test('as many checkpoints as changes are judged in one pass over the changes', () => {
  let reads = 0;
  const read = (path: string) => {
    reads++;
    return path;
  };
  const fingerprint: Fingerprint = { dev: 1n, ino: 1n, size: 1, mtimeNs: 1n, ctimeNs: 1n, mode: 0o100644 };
  const changes = Array.from({ length: count }, (_, i): Change => {
    const change = { isNew: true, fingerprint, before: undefined, target: undefined };
    const path = `checkpoint-${i}/a`;
    return Object.defineProperty(change, 'path', { get: () => read(path), enumerable: true }) as unknown as Change;
  });
  const options = {
    directory: '/in',
    capabilities: {
      all: () => [{ id: 'all', matches: () => true, check: () => ({ state: 'ready' }) }],
      pluginOf: () => 'test',
    },
    seen: { names: () => [] },
    isMarked: () => true,
    now: 0,
  } as unknown as WaitingOptions;
  changedCheckpoints(changes, options);
  assert.ok(reads < count * 10, `${reads} reads`);
});
