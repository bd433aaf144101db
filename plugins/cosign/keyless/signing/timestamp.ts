import { createHash, randomBytes } from 'node:crypto';
import type { OpenContext } from '@kitwright/core/plugin';
import { callService } from './callService.ts';

/** The parts of a TimeStampReq (RFC 3161, 2.4.1) with SHA-256, a nonce of 8 bytes and a wish for the certificate. */
const beforeHash = Buffer.from('30430201013031300d060960864801650304020105000420', 'hex');
const beforeNonce = Buffer.from('0208', 'hex');
const afterNonce = Buffer.from('0101ff', 'hex');

/** The time of a signature, by an authority: a TimeStampResp in DER. Throws what `callService` throws. */
export function timestamp(url: string, signature: Uint8Array, context: OpenContext): Promise<Uint8Array> {
  const nonce = randomBytes(8);
  // A positive number without a byte too many (X.690, 8.3.2).
  nonce[0] = ((nonce[0] as number) & 0x7f) | 0x40;
  const hash = createHash('sha256').update(signature).digest();
  const body = Buffer.concat([beforeHash, hash, beforeNonce, nonce, afterNonce]);
  return callService(
    { service: 'The timestamp authority', url, headers: { 'content-type': 'application/timestamp-query' }, body },
    context,
  );
}
