import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { createEventReader } from './createEventReader.ts';
import { readMeasurements } from './readMeasurements.ts';
import { readScalars } from './readScalars.ts';

const pieces = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  '"step"',
  ':',
  ',',
  '1',
  '1e400',
  'NaN',
  '\n',
  '\r',
  'step',
  '0x',
  '.',
);
const text = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''));

/** Finite, or one of the numbers that trainings write where there is none. */
const areNumbers = (metrics: Readonly<Record<string, number>>) =>
  Object.values(metrics).every((value) => typeof value === 'number');

test('any bytes are events of TensorBoard, or none', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'x.tfevents.1');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(300), (bytes, length) => {
      for (const { value, step } of readScalars(Buffer.from(bytes)))
        assert.ok(typeof value === 'number' && Number.isSafeInteger(step));
      const head = Buffer.alloc(12);
      head.writeBigUInt64LE(BigInt(length));
      writeFileSync(path, Buffer.concat([head, bytes, bytes]));
      const found = createEventReader(path).read();
      assert.ok(found === undefined || areNumbers(found.metrics));
    }),
  );
});

test('any text is a file of metrics, or none', () => {
  using folder = temporaryFolder();
  fc.assert(
    fc.property(text, fc.constantFrom('m.json', 'm.csv'), (written, name) => {
      const path = join(folder.path, name);
      writeFileSync(path, written);
      const found = readMeasurements(path);
      assert.ok(found === undefined || (areNumbers(found.metrics) && typeof found.step === 'number'));
    }),
  );
});
