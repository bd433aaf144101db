import { der, octets } from '../der.ts';

/** A number of 60,000 bytes, for which a parser takes a time with the square of its length. */
export const longInteger: Buffer = der(0x02, Buffer.alloc(60_000, 0x7f));

/** Object identifiers, which take as long, as the purposes of a certificate. */
export const longPurposes: Buffer = der(0x30, der(0x06, Buffer.alloc(60_000, 0xff)));

/** 40 times octets that claim all that follows, each for itself: a parser that tries octets as DER takes 2^40 steps. */
export const claimingOctets: Buffer = (() => {
  const count = 40;
  const body = Buffer.concat([Buffer.alloc(6 * count), ...Array.from({ length: 200 }, () => Buffer.of(0x05, 0))]);
  for (let at = 0; at < 6 * count; at += 6) {
    const left = body.length - at - 6;
    octets(Buffer.of(0x30, 0x82, left >> 8, left)).copy(body, at);
  }
  return der(0x30, body);
})();
