import { decode, encode, rfc8949EncodeOptions, Tagged } from 'cborg';
import { signBytes } from '../algorithms.ts';
import { refused } from '../refused.ts';
import type { EnvelopeFormat } from './Envelope.ts';
import { agent, attributeNames, payloadType, scheme } from './signedAttributes.ts';

/** The media type of an envelope in COSE_Sign1, tagged (RFC 9052, section 4.2; signature-envelope-cose.md). */
export const coseType = 'application/cose';

/** RFC 9052, section 3.1 and RFC 9360, section 2. */
const labels = { algorithm: 1, critical: 2, contentType: 3, chain: 33 } as const;

/** The first byte of a COSE_Sign1 that has its tag. */
const tag = 0xd2;

export const cose: EnvelopeFormat = {
  nameOf: (algorithm) => algorithm.cose,
  read: (bytes) => {
    const parts = bytes[0] === tag ? parse(bytes.subarray(1), 'envelope') : undefined;
    if (!Array.isArray(parts) || parts.length !== 4) throw refused('its envelope is no COSE_Sign1');
    const [head, header, payload, signature] = parts as readonly unknown[];
    if (!isBytes(head) || !isBytes(payload) || !isBytes(signature)) throw refused('its envelope is no COSE_Sign1');
    const values = mapIn(parse(head, 'protected header'), 'protected header');
    const rest = mapIn(header, 'header');
    const stamp = rest.get(attributeNames.timestamp);
    if (stamp !== undefined && !isBytes(stamp)) throw refused('its timestamp is no byte string');
    const algorithm = values.get(labels.algorithm);
    return {
      payload,
      signedBytes: toBeSigned(head, payload),
      signature,
      algorithm: typeof algorithm === 'number' ? algorithm : String(algorithm),
      attributes: { contentType: values.get(labels.contentType), critical: values.get(labels.critical), values },
      chain: chainIn(rest.get(labels.chain)),
      timestamp: stamp,
    };
  },
  write: async ({ payload, key, algorithm, signingTime, expiry, chain }, stamp) => {
    const head = encodeMap([
      [labels.algorithm, algorithm.cose],
      [labels.critical, [attributeNames.scheme, ...(expiry ? [attributeNames.expiry] : [])]],
      [labels.contentType, payloadType],
      [attributeNames.scheme, scheme],
      [attributeNames.signingTime, timeTag(signingTime)],
      ...(expiry ? [[attributeNames.expiry, timeTag(expiry)] as const] : []),
    ]);
    const signature = signBytes(key, algorithm, toBeSigned(head, payload));
    const token = await stamp(signature);
    const header = new Map<unknown, unknown>([
      [labels.chain, chain],
      [attributeNames.agent, agent],
      ...(token ? [[attributeNames.timestamp, token] as const] : []),
    ]);
    return Buffer.concat([Buffer.of(tag), encode([head, header, payload, signature], rfc8949EncodeOptions)]);
  },
};

/** The Sig_structure (RFC 9052, section 4.4). */
function toBeSigned(head: Uint8Array, payload: Uint8Array): Uint8Array {
  return encode(['Signature1', head, new Uint8Array(), payload]);
}

function encodeMap(entries: readonly (readonly [unknown, unknown])[]): Uint8Array {
  return encode(new Map(entries), rfc8949EncodeOptions);
}

/** Seconds, with the tag of a time (RFC 8949, section 3.4.2). */
function timeTag(time: Date): Tagged {
  return new Tagged(1, Math.floor(time.getTime() / 1000));
}

/** Deterministic CBOR without a name that is there twice; of all tags only that of a time. */
function parse(bytes: Uint8Array, what: string): unknown {
  try {
    return decode(bytes, {
      strict: true,
      useMaps: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
      tags: { 1: (content) => timeOf(content()) },
    });
  } catch (error) {
    throw refused(`its ${what} cannot be read`, error);
  }
}

function timeOf(seconds: unknown): Date | undefined {
  return typeof seconds === 'number' ? new Date(seconds * 1000) : undefined;
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length > 0;
}

function mapIn(value: unknown, what: string): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) return value;
  throw refused(`its ${what} is no map`);
}

/** One certificate may stand without the list. */
function chainIn(value: unknown): readonly Uint8Array[] {
  const list: unknown = isBytes(value) ? [value] : value;
  if (Array.isArray(list) && list.every(isBytes)) return list;
  throw refused('its envelope has no certificates');
}
