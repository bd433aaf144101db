/** DER (X.690): one value after its tag and its length. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.of(length);
  const bytes = bytesOf(length);
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

/** As few as it needs, the highest first. */
function bytesOf(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

export function set(...parts: readonly Uint8Array[]): Buffer {
  return der(0x31, ...parts);
}

export function integer(value: number): Buffer {
  const bytes = bytesOf(value);
  return der(0x02, (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.of(value ? 0xff : 0));
}

export function octets(bytes: Uint8Array): Buffer {
  return der(0x04, bytes);
}

export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((value) => {
    const digits = [value & 127];
    for (let left = Math.floor(value / 128); left; left = Math.floor(left / 128)) digits.unshift((left & 127) | 128);
    return digits;
  });
  return der(0x06, Buffer.of(first * 40 + second, ...bytes));
}

/** A named bit list: the bits that are set. */
export function bitsOf(...set: readonly number[]): Buffer {
  const last = Math.max(...set);
  const bytes = Buffer.alloc(Math.floor(last / 8) + 1);
  for (const bit of set) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (128 >> (bit & 7));
  return der(0x03, Buffer.of(7 - (last & 7)), bytes);
}

export function utf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text));
}

export function time(value: Date): Buffer {
  return der(0x18, Buffer.from(`${value.toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`));
}
