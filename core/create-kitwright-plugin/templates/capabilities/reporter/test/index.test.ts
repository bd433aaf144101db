import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createKitwright, KitwrightError, type KitwrightEvent } from '@kitwright/core';
import { testReporter } from '@kitwright/testkit';
import plugin from '../src/index.ts';

const { capabilities } = createKitwright({ plugins: [plugin()], threads: 1 });

/** What is written for these events. */
function report(events: readonly KitwrightEvent[], error?: KitwrightError): readonly string[] {
  const lines: string[] = [];
  const line = (text: string) => void lines.push(text);
  const output = { line, isTerminal: false, color: false, columns: () => 80 };
  const reporter = capabilities.get('reporter', 'my-plugin').open(output);
  for (const event of events) reporter.event(event);
  if (error) reporter.failure?.(error);
  reporter.close?.();
  return lines;
}

test('layers that are done are told, and summed up', () => {
  const lines = report([
    { type: 'plan', layers: 2, files: 3, bytes: 30 },
    { type: 'copy-start', layer: 'model', path: 'model.bin', bytes: 20 },
    { type: 'copy-done', layer: 'model', bytes: 20, outcome: 'copied' },
    { type: 'unpack-done', layer: 'docs', files: 2, bytes: 10 },
  ]);
  assert.deepEqual(lines, ['copy model 20 bytes', 'unpack docs 10 bytes', '2 layers, 30 bytes']);
});

test('a failure is told', () => {
  const lines = report([], new KitwrightError('disk-full', 'There is no space left.'));
  assert.deepEqual(lines, ['failed: disk-full', '0 layers, 0 bytes']);
});

describe('every rule for reporters', () => testReporter(test, () => capabilities.get('reporter', 'my-plugin')));
