import type { Readiness, ReadinessAnswer, ReadinessFile, Tensor } from '@kitwright/core/plugin';
import { broken, notYet, ready } from './answers.ts';

/** The most bytes of the header that are read. */
const maxHeader = 64 * 1024 * 1024;
const magic = 'GGUF';

class Short extends Error {}
class Bad extends Error {}

/** Value types of the key-value part and their sizes in bytes; 8 is a string, 9 an array (GGUF specification). */
const valueSizes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
/** Tensor types: elements per block and bytes per block. */
const blocks: Readonly<Record<number, readonly [elements: number, bytes: number]>> = {
  0: [1, 4],
  1: [1, 2],
  2: [32, 18],
  3: [32, 20],
  6: [32, 22],
  7: [32, 24],
  8: [32, 34],
  9: [32, 36],
  10: [256, 84],
  11: [256, 110],
  12: [256, 144],
  13: [256, 176],
  14: [256, 210],
  15: [256, 292],
  24: [1, 1],
  25: [1, 2],
  26: [1, 4],
  27: [1, 8],
  28: [1, 8],
  30: [1, 2],
};

/** GGUF of any version and byte order: header and tensor table give the end of the last tensor. */
export const gguf: Readiness = {
  id: 'gguf',
  matches: (name) => name.endsWith('.gguf'),
  recognises,
  check,
  tensors: tensorsIn,
};

function recognises(head: Buffer): boolean {
  return head.toString('latin1', 0, 4) === magic;
}

function check({ size, read }: ReadinessFile): ReadinessAnswer {
  if (size < 24) return notYet(`it has ${size} bytes, not yet a header`);
  const bytes = read(0, Math.min(size, maxHeader));
  if (bytes.readUInt32LE() === 0) return notYet('its header is not written yet');
  if (bytes.toString('latin1', 0, 4) !== magic) return broken('it does not begin with GGUF');
  try {
    const missing = neededSize(bytes) - size;
    return missing > 0 ? notYet(`${missing} bytes are missing`) : ready;
  } catch (error) {
    if (error instanceof Short) return notYet('its header is not written yet');
    if (error instanceof Bad) return broken(error.message);
    throw error;
  }
}

/** Types of tensors by their numbers, the plain ones as safetensors calls them (ggml.h). */
const typeNames: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  6: 'Q5_0',
  7: 'Q5_1',
  8: 'Q8_0',
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  12: 'Q4_K',
  13: 'Q5_K',
  14: 'Q6_K',
  15: 'Q8_K',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  30: 'BF16',
};

function tensorsIn({ size, read }: Pick<ReadinessFile, 'size' | 'read'>): readonly Tensor[] | undefined {
  const bytes = read(0, Math.min(size, maxHeader));
  if (size < 24 || !recognises(bytes)) return undefined;
  try {
    const { tensors, data } = readTable(bytes);
    const { bigEndian } = layoutOf(bytes);
    const found = tensors.map(({ name, type, shape, offset, length }) => ({
      name,
      dtype: dtypeOf(type, bigEndian),
      // GGUF names the fastest dimension first.
      shape: shape.toReversed(),
      bytes: length === undefined ? undefined : { offset: data + offset, size: length },
    }));
    return found.every((tensor) => !tensor.bytes || tensor.bytes.offset + tensor.bytes.size <= size)
      ? found
      : undefined;
  } catch (error) {
    if (error instanceof Short || error instanceof Bad) return undefined;
    throw error;
  }
}

/** Values of a big-endian file are named as such: who reads numbers by dtype takes them for little endian. */
function dtypeOf(type: number, bigEndian: boolean): string {
  const name = typeNames[type] ?? `type ${type}`;
  return bigEndian && name !== 'I8' ? `${name} big-endian` : name;
}

/** The size that the file must have, in bytes. */
function neededSize(bytes: Buffer): number {
  const { tensors, data, end } = readTable(bytes);
  if (tensors.length === 0) return end;
  return data + tensors.reduce((most, { offset, length = 0 }) => Math.max(most, offset + length), 0);
}

/** The tensors of the header, where their data begins, and where the header ends. */
function readTable(bytes: Buffer) {
  const cursor = createCursor(bytes, layoutOf(bytes));
  cursor.skip(8);
  const [tensors, pairs] = [cursor.count(), cursor.count()];
  // The file was given its size before its bytes.
  if (tensors === 0 && pairs === 0) throw new Short();
  let alignment = 32;
  for (let i = 0; i < pairs; i++) {
    const key = cursor.text();
    const value = readValue(cursor, cursor.u32());
    if (key === 'general.alignment' && value) alignment = value;
  }
  const found: TableEntry[] = [];
  for (let i = 0; i < tensors; i++) found.push(readTensor(cursor));
  const end = cursor.position();
  return { tensors: found, end, data: Math.ceil(end / alignment) * alignment };
}

interface TableEntry {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  /** From the beginning of the data, in bytes. */
  readonly offset: number;
  /** In bytes; undefined for a type that is not known. */
  readonly length: number | undefined;
}

/** How numbers are encoded. */
interface Layout {
  readonly bigEndian: boolean;
  /** Counts and lengths have four bytes, not eight. */
  readonly shortCounts: boolean;
}

const newest = 3;

/**
 * Version 1 has short counts; a version that is only plausible with its bytes reversed comes from a big-endian machine.
 */
function layoutOf(bytes: Buffer): Layout {
  const [little, big] = [bytes.readUInt32LE(4), bytes.readUInt32BE(4)];
  const version = Math.min(little, big);
  if (version === 0) throw new Short();
  if (version > newest) throw new Bad(`its version ${version} is not known`);
  return { bigEndian: big < little, shortCounts: version === 1 };
}

/** Walks the header; everything is bounded by the size of the file. */
function createCursor(bytes: Buffer, { bigEndian, shortCounts }: Layout) {
  let at = 0;
  const take = (length: number): number => {
    if (length > bytes.byteLength - at) throw new Short();
    at += length;
    return at - length;
  };
  const u64 = (): number => {
    const from = take(8);
    const value = bigEndian ? bytes.readBigUInt64BE(from) : bytes.readBigUInt64LE(from);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Bad('a number is absurd');
    return Number(value);
  };
  const u32 = (): number => {
    const from = take(4);
    return bigEndian ? bytes.readUInt32BE(from) : bytes.readUInt32LE(from);
  };
  const count = shortCounts ? u32 : u64;
  const text = (): string => {
    const length = count();
    const from = take(length);
    return bytes.toString('utf8', from, from + length);
  };
  return { u32, u64, count, text, skip: (length: number) => void take(length), position: () => at };
}

type Cursor = ReturnType<typeof createCursor>;

function readValue(cursor: Cursor, type: number, depth = 0): number | undefined {
  if (type === 8) return void cursor.text();
  if (type === 9) {
    if (depth > 4) throw new Bad('arrays are nested too deeply');
    const [inner, count] = [cursor.u32(), cursor.count()];
    const size = valueSizes[inner];
    if (size !== undefined) return cursor.skip(size * count) as undefined;
    for (let i = 0; i < count; i++) readValue(cursor, inner, depth + 1);
    return undefined;
  }
  const size = valueSizes[type];
  if (size === undefined) throw new Bad(`there is no value type ${type}`);
  if (type === 4) return cursor.u32();
  return cursor.skip(size) as undefined;
}

function readTensor(cursor: Cursor): TableEntry {
  const name = cursor.text();
  const dimensions = cursor.u32();
  if (dimensions > 4) throw new Bad('a tensor has more than four dimensions');
  const shape: number[] = [];
  for (let i = 0; i < dimensions; i++) shape.push(cursor.count());
  const [type, offset] = [cursor.u32(), cursor.u64()];
  const block = blocks[type];
  const elements = shape.reduce((product, length) => product * length, 1);
  return { name, type, shape, offset, length: block && Math.ceil(elements / block[0]) * block[1] };
}
