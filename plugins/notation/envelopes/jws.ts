import { Fields, goJson, isObject, type JsonObject, strictBase64, strictJson } from '@kitwright/core/plugin';
import { signBytes } from '../algorithms.ts';
import { refused } from '../refused.ts';
import type { EnvelopeFormat } from './Envelope.ts';
import { agent, attributeNames, payloadType, scheme } from './signedAttributes.ts';

/** The media type of an envelope in JWS JSON, flattened (RFC 7515, section 7.2.2; signature-envelope-jws.md). */
export const jwsType = 'application/jose+json';

export const jws: EnvelopeFormat = {
  nameOf: ({ name }) => name,
  read: (bytes) => {
    const { payload, protected: head, header, signature } = objectIn(bytes, 'envelope');
    if (!isObject(header)) throw refused('its envelope has no certificates');
    const attributes = objectIn(fromUrlBase64(head, 'protected header'), 'protected header');
    const [algorithm, stamp] = [attributes['alg'], header[attributeNames.timestamp]];
    return {
      payload: fromUrlBase64(payload, 'payload'),
      signedBytes: Buffer.from(`${String(head)}.${String(payload)}`),
      signature: fromUrlBase64(signature, 'signature'),
      algorithm: typeof algorithm === 'string' ? algorithm : '',
      attributes: {
        contentType: attributes['cty'],
        critical: attributes['crit'],
        values: new Map(Object.entries(attributes).map(([name, value]) => [name, timeIn(name, value)])),
      },
      chain: chainIn(header['x5c']),
      timestamp: stamp === undefined ? undefined : fromBase64(stamp, 'timestamp'),
    };
  },
  write: async ({ payload, key, algorithm, signingTime, expiry, chain }, stamp) => {
    const critical = [attributeNames.scheme, ...(expiry ? [attributeNames.expiry] : [])];
    const head = {
      alg: algorithm.name,
      crit: critical,
      cty: payloadType,
      [attributeNames.scheme]: scheme,
      [attributeNames.signingTime]: timeText(signingTime),
      ...(expiry ? { [attributeNames.expiry]: timeText(expiry) } : {}),
    };
    const [protectedText, payloadText] = [Buffer.from(goJson(head)).toString('base64url'), urlBase64(payload)];
    const signature = signBytes(key, algorithm, Buffer.from(`${protectedText}.${payloadText}`));
    const token = await stamp(signature);
    const header = new Fields([
      [attributeNames.timestamp, token && Buffer.from(token).toString('base64')],
      ['x5c', chain.map((der) => Buffer.from(der).toString('base64'))],
      [attributeNames.agent, agent],
    ]);
    const envelope = new Fields([
      ['payload', payloadText],
      ['protected', protectedText],
      ['header', header],
      ['signature', urlBase64(signature)],
    ]);
    return Buffer.from(goJson(envelope));
  },
};

/** RFC 3339, to the second. */
function timeText(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

const times: readonly string[] = [attributeNames.signingTime, attributeNames.expiry];
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function timeIn(name: string, value: unknown): unknown {
  return times.includes(name) && typeof value === 'string' && rfc3339.test(value) ? new Date(value) : value;
}

function objectIn(bytes: Uint8Array, what: string): JsonObject {
  try {
    return strictJson(bytes, what);
  } catch (error) {
    throw refused(`its ${what} cannot be read`, error);
  }
}

function urlBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** Only in its one form (RFC 7515, section 2): no padding, no bits that are left over. */
function fromUrlBase64(text: unknown, what: string): Buffer {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64url') : Buffer.alloc(0);
  if (bytes.length && bytes.toString('base64url') === text) return bytes;
  throw refused(`its ${what} is no base64url`);
}

function fromBase64(text: unknown, what: string): Buffer {
  const bytes = strictBase64(text);
  if (bytes?.length) return bytes;
  throw refused(`its ${what} is no base64`);
}

function chainIn(list: unknown): readonly Buffer[] {
  if (!Array.isArray(list)) throw refused('its envelope has no certificates');
  return list.map((text) => fromBase64(text, 'certificate'));
}
