import { createHash, verify } from 'node:crypto';
import { buildChain } from '../certificates/buildChain.ts';
import type { Certificate } from '../certificates/Certificate.ts';
import { checkChain, checkValidity } from '../certificates/checkChain.ts';
import { readChain } from '../certificates/readChain.ts';
import { refused } from '../refused.ts';
import { readToken, type Token } from './Token.ts';

/** Between these two an authority saw a signature. */
export interface StampedTime {
  readonly time: Date;
  readonly earliest: Date;
  readonly latest: Date;
}

/**
 * Verifies that a token is about these bytes, and by an authority below one of the roots, whose certificates were valid
 * then (RFC 3161, section 2.4.2; signature-specification.md, "Timestamp"). Throws `signature-invalid`.
 */
export function verifyTimestamp(bytes: Uint8Array, stamped: Uint8Array, roots: readonly Certificate[]): StampedTime {
  const token = readToken(bytes);
  if (!isDigest(stamped, token.imprint)) throw refused('its timestamp is about something else');
  const chain = chainOf(token, roots);
  checkChain(chain, 'timeStamping');
  checkSigned(token, chain[0] as Certificate);
  checkValidity(chain, token.time, 'when it was stamped');
  const at = token.time.getTime();
  return { time: token.time, earliest: new Date(at - token.accuracy), latest: new Date(at + token.accuracy) };
}

function isDigest(bytes: Uint8Array, { hash, digest }: Token['imprint']): boolean {
  return createHash(hash).update(bytes).digest().equals(digest);
}

function checkSigned(token: Token, { key }: Certificate): void {
  const isSame = isDigest(token.info, { hash: token.hash, digest: token.infoDigest });
  if (!isSame || !isSignedWith(token, key)) throw refused('its timestamp is not signed by its authority');
}

function isSignedWith({ hash, signedBytes, signature }: Token, key: Certificate['key']): boolean {
  try {
    return verify(hash, signedBytes, key, signature);
  } catch {
    return false;
  }
}

/** From the certificate that signed up to one that signed itself, over one that is trusted. */
function chainOf(token: Token, roots: readonly Certificate[]): readonly Certificate[] {
  const sent = readChain(token.certificates, 'its timestamp');
  const signer = [...roots, ...sent].find(({ der }) => isDigest(der, token.signer));
  if (!signer) throw refused('its timestamp does not have the certificate of its authority');
  const chain = buildChain(signer, sent, roots);
  if (chain) return chain;
  throw refused('its timestamp is by an authority that is not trusted');
}
