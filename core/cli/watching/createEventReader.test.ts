import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { createEventReader, holdsEvents } from './createEventReader.ts';

const field = (number: number, type: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | type, ...(type === 2 ? [bytes.length] : [])]), bytes]);

const float = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};

const record = (data: Buffer): Buffer => {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(data.length));
  head.writeUInt32LE(1, 8);
  return Buffer.concat([head, data, Buffer.alloc(4)]);
};

/** As `SummaryWriter.add_scalar` writes it. */
const scalar = (tag: string, value: number, step: number): Buffer =>
  record(
    Buffer.concat([
      field(1, 1, Buffer.alloc(8)),
      field(2, 0, Buffer.from([step])),
      field(5, 2, field(1, 2, Buffer.concat([field(1, 2, Buffer.from(tag)), field(2, 5, float(value))]))),
    ]),
  );

/** As TensorFlow 2 writes it. */
const tensor = (tag: string, value: number, step: number): Buffer =>
  record(
    Buffer.concat([
      field(2, 0, Buffer.from([step])),
      field(
        5,
        2,
        field(
          1,
          2,
          Buffer.concat([
            field(1, 2, Buffer.from(tag)),
            field(8, 2, Buffer.concat([field(1, 0, Buffer.from([1])), field(4, 2, float(value))])),
          ]),
        ),
      ),
    ]),
  );

const name = 'events.out.tfevents.1790000000.host.1.0';

test('the last value of each scalar and the highest step are read, on from where the last read ended', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, name);
  const { read } = createEventReader(path);
  assert.equal(read(), undefined);
  writeFileSync(
    path,
    Buffer.concat([record(Buffer.alloc(0)), scalar('Loss/train', 2, 10), tensor('accuracy', 0.5, 10)]),
  );
  assert.deepEqual(read(), { step: 10, metrics: { Loss_train: 2, accuracy: 0.5 } });
  const next = scalar('Loss/train', 1.5, 20);
  appendFileSync(path, next.subarray(0, 20));
  assert.deepEqual(read()?.step, 10, 'a record that is half written waits');
  appendFileSync(path, next.subarray(20));
  assert.deepEqual(read(), { step: 20, metrics: { Loss_train: 1.5, accuracy: 0.5 } });
});

test('of a directory all event files are read, the newest last', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'runs/a'), { recursive: true });
  assert.equal(holdsEvents(join(folder.path, 'runs')), true);
  assert.equal(holdsEvents(join(folder.path, 'metrics.csv')), false);
  writeFileSync(join(folder.path, 'runs/a', name), scalar('loss', 1, 5));
  writeFileSync(join(folder.path, 'runs/a', name.replace('179', '180')), scalar('loss', 2, 3));
  assert.deepEqual(createEventReader(join(folder.path, 'runs')).read(), { step: 5, metrics: { loss: 2 } });
});

test('what is no event file, or damaged, gives nothing and ends', () => {
  for (const bytes of [
    Buffer.from('x'.repeat(1000)),
    record(Buffer.from([0x2a, 0xff, 0xff, 0xff, 0xff, 0x7f])),
    record(Buffer.alloc(70_000, 0x2a)),
    Buffer.alloc(40, 0xff),
  ]) {
    using folder = temporaryFolder();
    const path = join(folder.path, name);
    writeFileSync(path, bytes);
    assert.deepEqual(createEventReader(path).read()?.metrics ?? {}, {});
  }
});

test('a hole in a file costs no time', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'events.out.tfevents.1');
  writeFileSync(path, scalar('loss', 1, 1));
  truncateSync(path, 2 ** 40);
  const started = process.cpuUsage();
  const reader = createEventReader(path);
  assert.equal(reader.read()?.step, 1);
  assert.equal(reader.read()?.step, 1);
  const { user, system } = process.cpuUsage(started);
  // 1 TiB of empty records took seconds.
  assert.ok(user + system < 1_000_000, `${user + system} us`);
});
