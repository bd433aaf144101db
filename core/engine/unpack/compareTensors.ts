import { setImmediate } from 'node:timers/promises';
import { compareNumbered } from '../files/compareNumbered.ts';
import type { Tensor } from '../host/capabilities.ts';
import type { RecipeReader } from '../layers/recipeReader.ts';
import { numbersOf } from './tensorValues.ts';

/** A tensor that is not the same in both files. */
export interface TensorChange {
  readonly name: string;
  /** `unknown`: same dtype and shape, but the bytes cannot be found. */
  readonly change: 'added' | 'removed' | 'changed' | 'reshaped' | 'unknown';
  readonly before?: TensorShape;
  readonly after?: TensorShape;
  /** |after - before| / |before|, of all values (Euclidean); undefined if the values are no plain numbers. */
  readonly norm?: number;
}

/** What a header says of a tensor; bytes. */
export interface TensorShape {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes?: number;
}

/** The tensors of one file, and where its bytes are read. */
export interface TensorFile {
  readonly tensors: readonly Tensor[];
  readonly reader: RecipeReader;
  /** Where the file begins in the layer, in bytes. */
  readonly start: number;
}

export interface TensorDiff {
  /** Those that differ, by name. */
  readonly changes: readonly TensorChange[];
  readonly same: number;
}

/** Compares two files tensor by tensor; bytes are read in blocks. Throws `cancelled` by the signal. */
export async function compareTensors(first: TensorFile, second: TensorFile, signal: AbortSignal): Promise<TensorDiff> {
  const before = new Map(first.tensors.map((tensor) => [tensor.name, tensor]));
  const after = new Map(second.tensors.map((tensor) => [tensor.name, tensor]));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareNumbered);
  const pause = createPause(signal);
  const changes: TensorChange[] = [];
  for (const name of names) {
    await pause(tensorCost);
    const [old, now] = [before.get(name), after.get(name)];
    if (old && now) changes.push(...(await changeOf(old, now, { first, second, pause })));
    else if (old) changes.push({ name, change: 'removed', before: shapeOf(old) });
    else if (now) changes.push({ name, change: 'added', after: shapeOf(now) });
  }
  return { changes, same: names.length - changes.length };
}

type Pause = (bytes: number) => Promise<void>;

interface Compared {
  readonly first: TensorFile;
  readonly second: TensorFile;
  readonly pause: Pause;
}

/** In bytes: between two pauses. */
const pauseEvery = 16 * 1024 * 1024;

/** What a tensor takes without its bytes, as a number of bytes: there may be a million. */
const tensorCost = 16 * 1024;

/** Lets signals be heard, now and then: nothing else here waits. */
function createPause(signal: AbortSignal): Pause {
  let since = 0;
  return async (bytes) => {
    since += bytes;
    if (since < pauseEvery) return;
    since = 0;
    await setImmediate();
    signal.throwIfAborted();
  };
}

function shapeOf({ dtype, shape, bytes }: Tensor): TensorShape {
  return { dtype, shape, ...(bytes ? { bytes: bytes.size } : {}) };
}

async function changeOf(old: Tensor, now: Tensor, compared: Compared): Promise<readonly TensorChange[]> {
  const both = { name: now.name, before: shapeOf(old), after: shapeOf(now) };
  if (old.dtype !== now.dtype || old.shape.join() !== now.shape.join()) return [{ ...both, change: 'reshaped' }];
  if (!old.bytes || !now.bytes) return [{ ...both, change: 'unknown' }];
  if (old.bytes.size !== now.bytes.size) return [{ ...both, change: 'changed' }];
  const { isSame, norm } = await compareBytes(old, now, compared);
  return isSame ? [] : [{ ...both, change: 'changed', ...(norm === undefined ? {} : { norm }) }];
}

/** A multiple of every width. */
const blockBytes = 1024 * 1024;

async function compareBytes(old: Tensor, now: Tensor, { first, second, pause }: Compared) {
  const numbers = numbersOf(now.dtype);
  const size = now.bytes?.size ?? 0;
  let [isSame, difference, length] = [true, 0, 0];
  for (let at = 0; at < size; at += blockBytes) {
    const count = Math.min(blockBytes, size - at);
    await pause(count);
    const a = first.reader.readAt(first.start + (old.bytes?.offset ?? 0) + at, count);
    const b = second.reader.readAt(second.start + (now.bytes?.offset ?? 0) + at, count);
    const isEqual = Buffer.compare(a, b) === 0;
    isSame &&= isEqual;
    if (!numbers) continue;
    const [left, right] = [viewOf(a), viewOf(b)];
    for (let offset = 0; offset + numbers.width <= count; offset += numbers.width) {
      const value = numbers.at(left, offset);
      length += value * value;
      if (!isEqual) difference += (numbers.at(right, offset) - value) ** 2;
    }
  }
  return { isSame, norm: numbers && Math.sqrt(difference) / Math.sqrt(length) };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
