import { KitwrightError } from '../errors/KitwrightError.ts';

/** Bytes. A certificate of an RSA key of 16384 bits has 5 KiB, a timestamp with three certificates 6 KiB. */
const maxBytes = 64 * 1024;

/** Levels, as `@sigstore/core` has it. The deepest that is needed is at 16, but any text in octets may look like more. */
const maxDepth = 101;

/** Bytes of an INTEGER or an OBJECT IDENTIFIER. A serial number has at most 20 (RFC 5280, section 4.1.2.2). */
const maxNumber = 64;

/** Bytes of the same in octets, which may be a signature that only looks like DER: as long as one by RSA with 4096 bits. */
const maxInOctets = 512;

/**
 * Values that are read besides one for every byte. DER has at most half as many, but signatures and texts in octets, by
 * chance, begin like values that go on after them.
 */
const maxVain = 1024;

/** A constructed value, or octets whose content may be DER. */
interface Level {
  readonly end: number;
  readonly isOctets: boolean;
  /** Is it octets, or somewhere in some? */
  readonly inOctets: boolean;
}

/**
 * Bounds DER (X.690) from outside before the parser of `@sigstore/core` sees it. That takes a time with the square of the
 * length of a number. It also tries all octets as DER, and where those claim what follows them, each doubles the time. So
 * its way is followed here and counted. Numbers in bit strings (keys) are not read. Throws `kit-malformed`.
 */
export function checkDer(bytes: Uint8Array, what: string): void {
  if (bytes.length > maxBytes) throw unusable(what, `it has ${bytes.length} bytes`);
  const open: Level[] = [{ end: bytes.length, isOctets: false, inOctets: false }];
  let [at, count] = [0, 0];
  for (let level = open.at(-1); level; level = open.at(-1)) {
    const value = at < level.end && open.length <= maxDepth ? valueAt(bytes, at) : undefined;
    if (++count > bytes.length + maxVain) throw unusable(what, 'it has octets that claim what follows them');
    if (at === level.end) open.pop();
    else if (value) {
      checkValue(value, level, what);
      const inside = insideOf(value, level);
      if (inside) open.push(inside);
      at = inside ? value.start : value.end;
    } else at = closeOctets(open) ?? malformed(what, at);
  }
}

interface Value {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** The value that begins here; undefined if its tag or its length is none, or if it ends after everything. */
function valueAt(bytes: Uint8Array, at: number): Value | undefined {
  const [tag = 0, first = 0] = [bytes[at], bytes[at + 1]];
  const isLong = first > 0x7f;
  const start = at + 2 + (isLong ? first & 0x7f : 0);
  if (typeOf(tag) === 0 || (tag & 0x1f) === 0x1f || first === 0x80 || start > bytes.length) return undefined;
  let length = isLong ? 0 : first;
  // What is longer than everything needs no more digits.
  for (let i = at + 2; i < start && length <= maxBytes; i++) length = length * 256 + (bytes[i] ?? 0);
  const isMinimal = !isLong || (length > 0x7f && bytes[at + 2] !== 0);
  return isMinimal && length <= bytes.length - start ? { tag, start, end: start + length } : undefined;
}

/** Without the bit that says whether it is constructed, which parsers do not ask for. */
const typeOf = (tag: number): number => tag & 0xdf;

function checkValue({ tag, start, end }: Value, { end: limit, inOctets }: Level, what: string): void {
  const isNumber = typeOf(tag) === 0x02 || typeOf(tag) === 0x06;
  if (isNumber && end <= limit && end - start > (inOctets ? maxInOctets : maxNumber))
    throw unusable(what, `it has a number of ${end - start} bytes`);
}

function insideOf({ tag, end }: Value, { inOctets }: Level): Level | undefined {
  const isOctets = tag === 0x04;
  return isOctets || tag & 0x20 ? { end, isOctets, inOctets: inOctets || isOctets } : undefined;
}

/** The innermost octets are no DER: goes on after them. Undefined outside of any. */
function closeOctets(open: Level[]): number | undefined {
  const at = open.findLastIndex(({ isOctets }) => isOctets);
  return at < 0 ? undefined : open.splice(at)[0]?.end;
}

function malformed(what: string, at: number): never {
  throw unusable(what, `it is no DER at byte ${at}`);
}

function unusable(what: string, why: string): KitwrightError {
  return new KitwrightError('kit-malformed', `The ${what} is not usable: ${why}.`);
}
