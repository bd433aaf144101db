import assert from 'node:assert/strict';
import type { ReadinessFile, Tensor } from '@kitwright/core/plugin';
import { assertAnswer } from '../suite/assertAnswer.ts';
import type { Bench } from '../suite/Bench.ts';
import { benchCase, type Case, NotRun } from '../suite/Case.ts';
import { flipped, garbage, hostileTexts, spread } from '../suite/hostile.ts';
import { endOf } from '../suite/printedBy.ts';
import { soonAfter } from '../suite/soonAfter.ts';
import type { CompleteFile, MadeReadiness } from './MadeReadiness.ts';

type ReadinessCase = Case<Bench<MadeReadiness>>;

const readinessCase = (name: string, run: (made: MadeReadiness) => Promise<void>): ReadinessCase =>
  benchCase(name, ({ made }) => run(made));

/** When a file is complete. */
export const readinessCases: readonly ReadinessCase[] = [
  readinessCase(
    'matches: knows its files by their names, and no others',
    async ({ readiness, complete, others = [] }) => {
      for (const { name } of [...complete, ...complete])
        if (name !== undefined) assert.equal(readiness.matches(name), true, name);
      for (const name of [...others, '', 'notes.txt.swp']) assert.equal(readiness.matches(name), false, name);
    },
  ),
  readinessCase('matches: any name is answered, soon and the same again', async ({ readiness }) => {
    for (const name of [...hostileTexts, '.'.repeat(50_000), '-1'.repeat(50_000)]) {
      const answer = soonAfter(() => readiness.matches(name), name);
      assert.equal(typeof answer, 'boolean');
      assert.equal(readiness.matches(name), answer, 'the second answer is another');
    }
  }),
  readinessCase('check: a complete file is ready', async ({ readiness, complete }) => {
    for (const file of complete) assert.deepEqual(readiness.check(fileOf(file)), { state: 'ready' }, file.name);
  }),
  readinessCase('check: the beginning of a file is never ready', async ({ readiness, complete, isWhole }) => {
    for (const file of complete)
      for (const size of spread(file.bytes.byteLength, 400)) {
        if (isWhole?.(size, file)) continue;
        const answer = readiness.check(fileOf(file, file.bytes.subarray(0, size)));
        assert.notEqual(answer.state, 'ready', `${file.name}: its first ${size} bytes are ready`);
        assertAnswer(answer, `the first ${size} bytes`);
      }
  }),
  readinessCase('check: says the same again, and changes none of the bytes', async ({ readiness, complete }) => {
    for (const file of complete)
      for (const size of [file.bytes.byteLength, file.bytes.byteLength >> 1]) {
        const bytes = Buffer.from(file.bytes.subarray(0, size));
        const [one, two] = [1, 2].map(() => readiness.check(fileOf(file, bytes, bytes)));
        assert.deepEqual(one, two);
        assert.ok(bytes.equals(file.bytes.subarray(0, size)), 'it writes into what it reads');
      }
  }),
  readinessCase('check: whatever is in a file, it is an answer', async ({ readiness, complete: [first] }) => {
    const file = first as CompleteFile;
    for (const [what, bytes] of hostileFiles(file))
      assertAnswer(
        soonAfter(() => readiness.check(fileOf(file, bytes)), what),
        what,
      );
  }),
  readinessCase('check: a file that shrinks meanwhile ends the check', async ({ readiness, complete }) => {
    for (const file of complete)
      for (const size of spread(file.bytes.byteLength, 20)) {
        const shrunk = fileOf(file, file.bytes.subarray(0, size));
        let reads = 0;
        const read: ReadinessFile['read'] = (offset, length) => {
          reads++;
          if (reads > mostReads) assert.fail(`it reads again and again what is gone behind byte ${size}`);
          return shrunk.read(offset, length);
        };
        // It may throw: the engine sees that the file has changed.
        await endOf(() => readiness.check({ ...shrunk, size: file.bytes.byteLength, read }));
        assert.ok(reads <= mostReads, 'it reads again and again');
      }
  }),
  readinessCase('check: reads little of a large file', async ({ readiness, complete }) => {
    for (const file of complete) {
      let read = 0;
      const bytes = Buffer.from(file.bytes);
      const large: ReadinessFile = {
        ...fileOf(file),
        size: 2 ** 40,
        read: (offset, length) => {
          read += length;
          assert.ok(length <= 256 * mebibyte, `it reads ${length} bytes at once`);
          assert.ok(read <= 512 * mebibyte, `it reads more than ${512 * mebibyte} bytes`);
          const part = Buffer.alloc(Math.max(0, length));
          bytes.copy(part, 0, Math.min(offset, bytes.byteLength));
          return part;
        },
      };
      assertAnswer(
        soonAfter(() => readiness.check(large), 'a file of a TiB'),
        'a file of a TiB',
      );
    }
  }),
  readinessCase('recognises: knows a file by its first 512 bytes, and no other', async ({ readiness, complete }) => {
    const recognises = requirePower(readiness.recognises, 'recognises');
    for (const { bytes, name } of complete) assert.equal(recognises(Buffer.from(bytes.subarray(0, 512))), true, name);
    for (const head of [Buffer.from('# Just a text\n'), Buffer.alloc(512, 0x20), Buffer.alloc(512, 0xff)])
      assert.equal(recognises(head), false, `it takes ${head.toString('hex').slice(0, 20)}`);
  }),
  readinessCase('recognises: any head is answered', async ({ readiness, complete: [first] }) => {
    const recognises = requirePower(readiness.recognises, 'recognises');
    for (const [what, bytes] of hostileFiles(first as CompleteFile))
      assert.equal(typeof recognises(Buffer.from(bytes.subarray(0, 512))), 'boolean', what);
  }),
  readinessCase('progress: any name gives a step, or none', async ({ readiness, complete }) => {
    const progress = requirePower(readiness.progress, 'progress');
    for (const name of [
      ...complete.flatMap(({ name = [] }) => name),
      ...hostileTexts,
      'step-999999999999999999999.pt',
    ]) {
      const found = soonAfter(() => progress(name), name);
      if (found === undefined) continue;
      assert.ok(Number.isSafeInteger(found.step) && found.step >= 0, `${name.slice(0, 40)}: step ${found.step}`);
      for (const value of Object.values(found.metrics)) assert.ok(Number.isFinite(value), name);
    }
  }),
  readinessCase('tensors: those of a complete file lie in it', async ({ readiness, complete }) => {
    const tensors = requirePower(readiness.tensors, 'tensors');
    for (const file of complete) assertTensors(tensors(fileOf(file)) ?? [], file.bytes.byteLength);
  }),
  readinessCase('tensors: any file gives some in it, or none', async ({ readiness, complete: [first] }) => {
    const tensors = requirePower(readiness.tensors, 'tensors');
    const file = first as CompleteFile;
    for (const [what, bytes] of hostileFiles(file))
      assertTensors(soonAfter(() => tensors(fileOf(file, bytes)), what) ?? [], bytes.byteLength);
  }),
];

const mebibyte = 1024 * 1024;

const mostReads = 100_000;

/** A file as the engine shows it; what is read is `memory`. */
function fileOf(
  { name = 'file', bytes, beside = {} }: CompleteFile,
  given: Uint8Array = bytes,
  memory = Buffer.from(given),
): ReadinessFile {
  return {
    path: `/project/${name}`,
    size: given.byteLength,
    read: (offset, length) => {
      assert.ok(offset >= 0 && length >= 0, `it reads ${length} bytes at ${offset}`);
      return memory.subarray(offset, offset + length);
    },
    sizeOf: (other) => (Object.hasOwn(beside, other) ? beside[other] : undefined),
  };
}

function* hostileFiles({ bytes }: CompleteFile): Generator<readonly [string, Uint8Array]> {
  yield* Object.entries(garbage);
  const head = Math.min(bytes.byteLength, 2048);
  for (const at of spread(head, 64)) {
    yield [`bit of byte ${at} flipped`, flipped(bytes, at)];
    const overwritten = Buffer.from(bytes);
    overwritten.fill(0xff, at, Math.min(at + 8, bytes.byteLength));
    yield [`ones at byte ${at}`, overwritten];
  }
  yield ['itself and zeros', Buffer.concat([bytes, Buffer.alloc(1000)])];
}

function assertTensors(tensors: readonly Tensor[], size: number): void {
  for (const { name, shape, bytes } of tensors) {
    assert.ok(
      shape.every((each) => Number.isSafeInteger(each) && each >= 0),
      `${name}: its shape is ${shape}`,
    );
    if (bytes)
      assert.ok(bytes.offset >= 0 && bytes.size >= 0 && bytes.offset + bytes.size <= size, `${name} lies outside`);
  }
}

function requirePower<T>(power: T | undefined, name: string): T {
  if (power === undefined) throw new NotRun(`it has no \`${name}\``);
  return power;
}
