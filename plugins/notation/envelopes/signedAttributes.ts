import { refused } from '../refused.ts';

/** Names of attributes (signature-specification.md, "Signed Attributes", "Unsigned Attributes"). */
export const attributeNames = {
  scheme: 'io.cncf.notary.signingScheme',
  signingTime: 'io.cncf.notary.signingTime',
  authenticTime: 'io.cncf.notary.authenticSigningTime',
  expiry: 'io.cncf.notary.expiry',
  agent: 'io.cncf.notary.signingAgent',
  timestamp: 'io.cncf.notary.timestampSignature',
} as const;

/** The scheme of a signer who is known by a certificate; the other one needs a service that is trusted for the time. */
export const scheme = 'notary.x509';

/** The media type of what is signed. */
export const payloadType = 'application/vnd.cncf.notary.payload.v1+json';

/** Who wrote an envelope. */
export const agent = 'kitwright';

/** What is signed besides the payload, by name; `critical` are those that a verifier must understand. */
export interface SignedAttributes {
  readonly contentType: unknown;
  readonly critical: unknown;
  readonly values: ReadonlyMap<unknown, unknown>;
}

/** What they say. */
export interface Times {
  /** The signer says so; nobody else vouches for it. */
  readonly signingTime: Date;
  readonly expiry?: Date | undefined;
}

/** Those that are understood. */
const known: ReadonlySet<unknown> = new Set([
  attributeNames.scheme,
  attributeNames.signingTime,
  attributeNames.expiry,
  // The content type in COSE, where a list may name it.
  3,
]);

/** Checks the attributes of an envelope. Throws `signature-invalid`, also for a critical one that is not understood. */
export function checkAttributes({ contentType, critical, values }: SignedAttributes): Times {
  if (contentType !== payloadType) throw refused('its payload is of another type');
  if (values.get(attributeNames.scheme) !== scheme) throw refused(`its signing scheme is not ${scheme}`);
  if (values.has(attributeNames.authenticTime)) throw refused('it has the signing time of another scheme');
  const names = criticalNames(critical, values);
  for (const name of [attributeNames.scheme, attributeNames.expiry])
    if (values.has(name) && !names.includes(name)) throw refused(`its attribute ${name} is not critical`);
  const signingTime = timeOf(values, attributeNames.signingTime);
  const expiry = values.has(attributeNames.expiry) ? timeOf(values, attributeNames.expiry) : undefined;
  if (expiry && expiry <= signingTime) throw refused('it expires before it was signed');
  return { signingTime, expiry };
}

function criticalNames(critical: unknown, values: ReadonlyMap<unknown, unknown>): readonly unknown[] {
  if (!Array.isArray(critical) || !critical.length) throw refused('it has no list of critical attributes');
  for (const name of critical) {
    if (!known.has(name)) throw refused(`it demands ${shown(name)}, which is not known here`);
    if (!values.has(name)) throw refused(`its critical list has ${shown(name)}, which is not there`);
  }
  return critical;
}

/** A number that is too large for JSON.stringify may be one. */
function shown(name: unknown): string {
  return typeof name === 'string' ? `the attribute ${JSON.stringify(name)}` : `an attribute of type ${typeof name}`;
}

function timeOf(values: ReadonlyMap<unknown, unknown>, name: string): Date {
  const value = values.get(name);
  if (value instanceof Date && Number.isFinite(value.getTime())) return value;
  throw refused(`its attribute ${name} is no time`);
}
