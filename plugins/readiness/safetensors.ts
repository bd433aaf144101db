import type { Tensor as NamedTensor, Readiness, ReadinessAnswer, ReadinessFile } from '@kitwright/core/plugin';
import { broken, notYet, ready } from './answers.ts';

/** The largest header that the format allows, in bytes. */
const maxHeader = 100_000_000;

/** The largest header whose tensors are listed, in bytes; it has room for more tensors than are compared. */
const maxListed = 32 * 1024 * 1024;

const dtypeBits: Readonly<Record<string, number>> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
};

/** safetensors: the header gives the size of the file (format of safetensors 0.4 and later). */
export const safetensors: Readiness = {
  id: 'safetensors',
  matches: (name) => name.endsWith('.safetensors'),
  recognises,
  check,
  tensors: tensorsIn,
};

/** A plausible length, and the JSON of a header. */
function recognises(head: Buffer): boolean {
  return (
    head.length > 16 && head.readBigUInt64LE() <= BigInt(maxHeader) && /^\{\s*"/.test(head.toString('latin1', 8, 32))
  );
}

function check({ size, read }: ReadinessFile): ReadinessAnswer {
  if (size < 8) return notYet(`it has ${size} bytes, not yet a header`);
  const length = Number(read(0, 8).readBigUInt64LE());
  // A pre-sized file starts with zeros until the writer gets there.
  if (length === 0) return notYet('its header is not written yet');
  if (length > maxHeader) return broken('its header is larger than the format allows');
  if (8 + length > size) return notYet(`its header has ${length} bytes, the file ${size}`);
  const header = read(8, length);
  const text = header.subarray(0, endOf(header));
  const isPadded = text.length < length;
  const data = dataSize(text);
  // NUL is padding if the text before it is complete.
  if (text.includes(0) || (isPadded && typeof data === 'string')) return notYet('its header is not written yet');
  if (typeof data === 'string') return broken(data);
  const missing = 8 + length + data - size;
  if (missing > 0) return notYet(`${missing} bytes are missing`);
  if (missing < 0) return broken(`it has ${-missing} bytes too many`);
  return isPadded ? broken('its header is padded with NUL, not with spaces') : ready;
}

/** The offset at which a padding of NUL begins; a header of only NUL has no padding. */
function endOf(header: Buffer): number {
  const last = header.findLastIndex((byte) => byte !== 0);
  return last < 0 ? header.length : last + 1;
}

/** The size of the tensors in bytes, or why the header is invalid. Offsets must follow each other without a gap. */
function dataSize(header: Buffer): number | string {
  let entries: readonly (readonly [string, unknown])[];
  try {
    entries = Object.entries(JSON.parse(header.toString('utf8')) as object).filter(([name]) => name !== '__metadata__');
  } catch {
    return 'its header is no JSON';
  }
  const tensors = entries.map(([, tensor]) => tensor);
  if (!tensors.every(isTensor)) return 'its header has an entry that is no tensor';
  let at = 0;
  for (const tensor of tensors.toSorted(
    (a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  )) {
    if (tensor.data_offsets[0] !== at || !fits(tensor)) return 'its tensors do not fit their shapes';
    at = tensor.data_offsets[1];
  }
  return at;
}

function tensorsIn({ size, read }: Pick<ReadinessFile, 'size' | 'read'>): readonly NamedTensor[] | undefined {
  const length = size < 8 ? 0 : Number(read(0, 8).readBigUInt64LE());
  if (length === 0 || length > maxListed || 8 + length > size) return undefined;
  const header = read(8, length);
  const text = header.subarray(0, endOf(header));
  const data = dataSize(text);
  if (typeof data === 'string' || 8 + length + data > size) return undefined;
  return Object.entries(JSON.parse(text.toString('utf8')) as Record<string, Tensor>)
    .filter(([name]) => name !== '__metadata__')
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]) => ({
        name,
        dtype,
        shape,
        bytes: { offset: 8 + length + begin, size: end - begin },
      }),
    );
}

interface Tensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function isTensor(value: unknown): value is Tensor {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Tensor>;
  return (
    typeof dtype === 'string' &&
    Array.isArray(shape) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    [...shape, ...offsets].every(Number.isSafeInteger)
  );
}

function fits({ dtype, shape, data_offsets: [begin, end] }: Tensor): boolean {
  const bits = dtypeBits[dtype];
  if (bits === undefined) return end >= begin;
  let product = BigInt(bits);
  for (const length of shape) {
    product *= BigInt(length);
    // As in safetensors, what does not fit into 64 bits is an error; it keeps the product short, too.
    if (length < 0 || product > 0xffff_ffff_ffff_ffffn) return false;
  }
  return product === BigInt(end - begin) * 8n;
}
