import { createHash, randomBytes } from 'node:crypto';
import { checkDer, collectBody, KitwrightError, messageOf, type OpenContext } from '@kitwright/core/plugin';
import { ASN1Obj } from '@sigstore/core';
import { boolean, der, integer, octets, oid, sequence } from '../der.ts';

/** Bytes; an answer with three certificates has 6 KiB. */
const maxAnswer = 64 * 1024;

/** Asks a timestamp authority for a token over these bytes (RFC 3161, section 3.4). Throws `network-failed`. */
export async function requestTimestamp(
  url: string,
  bytes: Uint8Array,
  { fetch, signal }: Pick<OpenContext, 'fetch' | 'signal'>,
): Promise<Uint8Array> {
  const imprint = createHash('sha256').update(bytes).digest();
  const algorithm = sequence(oid('2.16.840.1.101.3.4.2.1'), der(0x05));
  const nonce = Buffer.concat([Buffer.of(1), randomBytes(8)]);
  const body = sequence(integer(1), sequence(algorithm, octets(imprint)), der(0x02, nonce), boolean(true));
  try {
    const headers = { 'content-type': 'application/timestamp-query' };
    const answer = await fetch(url, { method: 'POST', body, headers, signal });
    if (!answer.ok) throw new Error(`It answered with status ${answer.status}.`);
    return tokenIn(await bodyOf(answer));
  } catch (error) {
    signal.throwIfAborted();
    const { host } = new URL(url);
    throw new KitwrightError('network-failed', `The timestamp authority at ${host} gave none: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function bodyOf(response: Response): Promise<Buffer> {
  return collectBody(response, maxAnswer, () => new Error(`Its answer has more than ${maxAnswer} bytes.`));
}

/** TimeStampResp: a status, of which 0 and 1 are good, and the token. */
function tokenIn(bytes: Buffer): Uint8Array {
  checkDer(bytes, 'answer');
  const [status, token] = ASN1Obj.parseBuffer(Buffer.from(bytes)).subs;
  const code = status?.subs[0]?.toInteger();
  if (code !== 0n && code !== 1n) throw new Error(`It refused with status ${code}.`);
  if (!token) throw new Error('Its answer has no token.');
  return new ASN1Obj(token.tag, token.value, []).toDER();
}
