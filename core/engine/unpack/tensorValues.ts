/** Reads numbers of one dtype out of bytes, little endian as safetensors, GGUF and torch write them. */
export interface Numbers {
  /** Bytes of one. */
  readonly width: number;
  readonly at: (bytes: DataView, offset: number) => number;
}

const readers: Readonly<Record<string, Numbers>> = {
  F64: { width: 8, at: (bytes, offset) => bytes.getFloat64(offset, true) },
  F32: { width: 4, at: (bytes, offset) => bytes.getFloat32(offset, true) },
  F16: { width: 2, at: (bytes, offset) => half(bytes.getUint16(offset, true)) },
  BF16: { width: 2, at: (bytes, offset) => brain(bytes.getUint16(offset, true)) },
  I64: { width: 8, at: (bytes, offset) => Number(bytes.getBigInt64(offset, true)) },
  U64: { width: 8, at: (bytes, offset) => Number(bytes.getBigUint64(offset, true)) },
  I32: { width: 4, at: (bytes, offset) => bytes.getInt32(offset, true) },
  U32: { width: 4, at: (bytes, offset) => bytes.getUint32(offset, true) },
  I16: { width: 2, at: (bytes, offset) => bytes.getInt16(offset, true) },
  U16: { width: 2, at: (bytes, offset) => bytes.getUint16(offset, true) },
  I8: { width: 1, at: (bytes, offset) => bytes.getInt8(offset) },
  U8: { width: 1, at: (bytes, offset) => bytes.getUint8(offset) },
};

/** Undefined for a dtype whose values are not single numbers, such as a quantised one. */
export function numbersOf(dtype: string): Numbers | undefined {
  return Object.hasOwn(readers, dtype) ? readers[dtype] : undefined;
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a binary32. */
function brain(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}
