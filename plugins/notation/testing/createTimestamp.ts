import { createHash, sign } from 'node:crypto';
import { der, integer, octets, oid, sequence, set, time } from '../der.ts';
import type { Issued } from './createCertificate.ts';

const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'));

/**
 * A time-stamp token over these bytes, or a digest of SHA-256 (RFC 3161), with the certificates of the authority: its own
 * first.
 */
export function createTimestamp(
  stamped: Uint8Array | { readonly digest: Uint8Array },
  at: Date,
  chain: readonly [Issued, ...Issued[]],
): Buffer {
  const digest = 'digest' in stamped ? stamped.digest : createHash('sha256').update(stamped).digest();
  const imprint = sequence(sha256, octets(digest));
  const info = sequence(integer(1), oid('1.2.3.4.1'), imprint, integer(7), time(at), sequence(integer(1)));
  const [authority] = chain;
  const attributes = [
    attribute('1.2.840.113549.1.9.3', oid('1.2.840.113549.1.9.16.1.4')),
    attribute('1.2.840.113549.1.9.4', octets(createHash('sha256').update(info).digest())),
    attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(octets(hashOf(authority)))))),
  ];
  const signature = sign('sha256', set(...attributes), authority.key);
  const isRsa = authority.key.asymmetricKeyType === 'rsa';
  const algorithm = isRsa ? sequence(oid('1.2.840.113549.1.1.1'), der(0x05)) : sequence(oid('1.2.840.10045.4.3.2'));
  const signer = sequence(
    integer(1),
    sequence(sequence(), integer(1)),
    sha256,
    der(0xa0, ...attributes),
    algorithm,
    octets(signature),
  );
  const signedData = sequence(
    integer(3),
    set(sha256),
    sequence(oid('1.2.840.113549.1.9.16.1.4'), der(0xa0, octets(info))),
    der(0xa0, ...chain.map((each) => each.der)),
    set(signer),
  );
  return sequence(oid('1.2.840.113549.1.7.2'), der(0xa0, signedData));
}

/** The answer of an authority (TimeStampResp). */
export function answerWith(token: Uint8Array): Buffer {
  return sequence(sequence(integer(0)), token);
}

function attribute(id: string, value: Buffer): Buffer {
  return sequence(oid(id), set(value));
}

function hashOf({ der: bytes }: Issued): Buffer {
  return createHash('sha256').update(bytes).digest();
}
