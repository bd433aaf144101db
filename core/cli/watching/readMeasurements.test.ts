import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMeasurements } from './readMeasurements.ts';

const read = (text: string | Uint8Array, name = 'metrics.json') => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-measurements-'));
  const path = join(folder, name);
  writeFileSync(path, text);
  try {
    return readMeasurements(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test('an object, the last of a list, or the last complete line', () => {
  const expected = { step: 20, metrics: { loss: 0.5 } };
  assert.deepEqual(read('{"step": 20, "loss": 0.5, "note": "text", "a b": 1}'), expected);
  assert.deepEqual(read('[{"step": 10, "loss": 1}, {"step": 20, "loss": 0.5}]'), expected);
  assert.deepEqual(read('{"step":10,"loss":1}\n{"step":20,"loss":0.5}\n{"step":30,"lo'), expected);
});

test('NaN and infinity, as Python writes them, are numbers, but not steps', () => {
  const text = '{"step": 1, "loss": 0.5}\n{"step": 2, "loss": NaN, "grad_norm": Infinity, "reward": -Infinity}\n';
  const { NaN: nan, POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
  assert.deepEqual(read(text), { step: 2, metrics: { loss: nan, grad_norm: most, reward: least } });
  assert.deepEqual(read('{"step": NaN, "epoch": 3.5}'), { step: 3, metrics: {} });
  assert.deepEqual(read('[{"step": -Infinity, "note": "NaN"}]'), { step: 0, metrics: {} });
});

test('UTF-16, a byte order mark and old line ends are read, also at the end only', () => {
  const expected = { step: 20, metrics: { loss: 0.5 } };
  const [first, last] = ['{"step":10,"loss":1}', '{"step":20,"loss":0.5}'];
  const little = (text: string) => Buffer.from(text, 'utf16le');
  for (const text of [
    `\ufeff${first}\n${last}`,
    `${first}\r${last}\r`,
    little(`\ufeff${first}\r\n${last}\r\n`),
    little(`\ufeff${first}\r\n${last}\r\n`).swap16(),
    Buffer.concat([Buffer.from(`${first}\n`), little(`${last}\r\n`)]),
    Buffer.concat([Buffer.from(`${first}\n`), little(`\ufeff${last}\r\n`)]),
    Buffer.concat([little(`\ufeff${first}\r\n`), Buffer.from(`${last}\n`)]),
  ])
    assert.deepEqual(read(text), expected);
});

test('of a long file only the end is read', () => {
  const lines = Array.from({ length: 100_000 }, (_, step) => `{"step": ${step}, "loss": 1}`);
  assert.equal(read(lines.join('\n'))?.step, 99_999);
});

test('an epoch is the step if there is no step; other JSON is ignored', () => {
  assert.deepEqual(read('{"epoch": 3, "loss": 1}'), { step: 3, metrics: { loss: 1 } });
  for (const text of ['', '7', '"text"', 'null', '{"half":', '\0\0'])
    assert.equal(read(text), undefined, JSON.stringify(text));
  assert.equal(readMeasurements('/nowhere/metrics.json'), undefined);
});

test('of CSV the last number of each column counts: training and evaluation fill different rows', () => {
  const csv = (text: string) => read(text, 'metrics.csv');
  const lightning = 'epoch,step,train_loss,val_loss\n0,9,2.5,\n0,9,,3.5\n1,19,1.5,\n1,19,,nan\n2,2';
  assert.deepEqual(csv(lightning), { step: 19, metrics: { train_loss: 1.5, val_loss: Number.NaN } });
  assert.deepEqual(csv('"step",eval/loss\r\n5,1e-3\r\n'), { step: 5, metrics: { eval_loss: 0.001 } });
  for (const none of ['', 'step,loss', 'step,loss\n', 'step,loss\na,b\n']) assert.equal(csv(none), undefined, none);
});

test('of a large CSV the names are read at its beginning, and the numbers at its end', () => {
  const rows = Array.from({ length: 200_000 }, (_, n) => `${n},${n / 2}`);
  assert.deepEqual(read(`step,loss\n${rows.join('\n')}\n`, 'metrics.csv'), {
    step: 199_999,
    metrics: { loss: 99_999.5 },
  });
});
