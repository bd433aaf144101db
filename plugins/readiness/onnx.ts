import type { Readiness, ReadinessAnswer, ReadinessFile } from '@kitwright/core/plugin';
import { broken, notYet, ready } from './answers.ts';

// graph, opset_import
/** A model has fewer than thirty. */
const maxFields = 10_000;

/** Wire types of protobuf. Source: Protocol Buffers, Encoding. */
const [varint, fixed64, delimited, fixed32] = [0, 1, 2, 5];

/** A key and a length, as varints of at most ten bytes each. */
const headBytes = 20;

/** What every ModelProto has. Source: onnx.proto. */
const neededFields = [7, 8];

/** A model of ONNX; its external data files are checked as files of their own. */
export const onnx: Readiness = { id: 'onnx', matches: (name) => name.endsWith('.onnx'), check };

/** Walks over the outermost fields: their lengths give the end of the file, and some fields are in every model. */
function check({ size, read }: ReadinessFile): ReadinessAnswer {
  const seen = new Set<number>();
  let at = 0;
  for (let fields = 0; at < size; fields++) {
    if (fields > maxFields) return broken('it has too many fields for a model');
    const found = fieldIn(read(at, Math.min(headBytes, size - at)));
    if (found === 'none')
      return isZero(read, at) ? notYet('it is not written yet') : broken('it is no protobuf message');
    if (found === 'short') return notYet('a field is not written completely');
    at += found.size;
    seen.add(found.number);
  }
  if (at > size) return notYet(`${size} of at least ${at} bytes are written`);
  return neededFields.every((field) => seen.has(field)) ? ready : notYet('its graph is not written yet');
}

interface Field {
  readonly number: number;
  /** The size of the whole field in bytes: key, length and value. */
  readonly size: number;
}

function fieldIn(bytes: Buffer): Field | 'short' | 'none' {
  const key = readVarint(bytes, 0);
  if (!key) return 'short';
  const [number, type] = [Math.floor(key.value / 8), key.value % 8];
  if (number === 0) return 'none';
  if (type === fixed64) return { number, size: key.next + 8 };
  if (type === fixed32) return { number, size: key.next + 4 };
  const content = type === varint || type === delimited ? readVarint(bytes, key.next) : undefined;
  if (content) return { number, size: content.next + (type === delimited ? content.value : 0) };
  return type === varint || type === delimited ? 'short' : 'none';
}

interface Varint {
  readonly value: number;
  readonly next: number;
}

/** Undefined if the bytes end too early, or the number cannot be the length of a file. */
function readVarint(bytes: Buffer, at: number): Varint | undefined {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return undefined;
}

/** Is the file still zero here? Then it was given its size before its bytes. */
function isZero(read: ReadinessFile['read'], at: number): boolean {
  return read(at, 1)[0] === 0;
}
