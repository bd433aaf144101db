import { KitwrightError, readPlainFile, type SignerOptions } from '@kitwright/core/plugin';
import { isRecord, type JsonRecord, strictJson } from '../../formats/strictJson.ts';

/** Where a signature gets its certificate, its place in a log and its time. */
export interface Services {
  readonly fulcio: string;
  readonly rekor: { readonly url: string; readonly version: 1 | 2 };
  /** Empty: the log says the time. */
  readonly timestamps: readonly string[];
  /** Who is asked for an identity if there is no token. */
  readonly issuer: string;
}

/** Those of sigstore.dev (its signing config). */
const publicServices: Services = {
  fulcio: 'https://fulcio.sigstore.dev',
  rekor: { url: 'https://rekor.sigstore.dev', version: 1 },
  timestamps: ['https://timestamp.sigstore.dev/api/v1/timestamp'],
  issuer: 'https://oauth2.sigstore.dev/auth',
};

/** The options that name services. */
export const serviceOptions: readonly string[] = [
  'signing-config',
  'fulcio-url',
  'rekor-url',
  'timestamp-server-url',
  'oidc-issuer',
];

/**
 * The services that options name, then a signing config, then those of sigstore.dev. `rekor-url` is a log of version 1,
 * as with cosign. Throws `usage`, `config-invalid`.
 */
export function servicesOf(options: SignerOptions['options'], now: Date): Services {
  const path = options['signing-config'];
  const base = path === undefined ? publicServices : readSigningConfig(path, now);
  const { 'fulcio-url': fulcio, 'rekor-url': rekor, 'timestamp-server-url': stamps, 'oidc-issuer': issuer } = options;
  return {
    fulcio: fulcio ?? base.fulcio,
    rekor: rekor === undefined ? base.rekor : { url: rekor, version: 1 },
    timestamps: timestampsOf(stamps, rekor, base),
    issuer: issuer ?? base.issuer,
  };
}

/** Another log, and no word of timestamps: those of the other services are not asked. */
function timestampsOf(stamps: string | undefined, rekor: string | undefined, base: Services): readonly string[] {
  if (stamps !== undefined) return [stamps];
  return rekor === undefined ? base.timestamps : [];
}

/** Bytes. */
const limit = 1024 * 1024;

/** A signing config v0.2 (sigstore/protobuf-specs, sigstore_trustroot.proto, `SigningConfig`). */
function readSigningConfig(path: string, now: Date): Services {
  const config = parse(path);
  if (config['mediaType'] !== 'application/vnd.dev.sigstore.signingconfig.v0.2+json')
    throw configError(path, 'is no signing config v0.2');
  const [fulcio] = servicesIn(config['caUrls'], 1, now);
  const [rekor] = servicesIn(config['rekorTlogUrls'], 2, now);
  const [issuer] = servicesIn(config['oidcUrls'], 1, now);
  if (!fulcio || !rekor) throw configError(path, 'names no certificate authority or no log that is valid now');
  const stamps = servicesIn(config['tsaUrls'], 1, now);
  const { selector, count } = isRecord(config['tsaConfig']) ? config['tsaConfig'] : {};
  const wanted = { ANY: 1, ALL: stamps.length, EXACT: Number(count) }[String(selector)] ?? 0;
  if (stamps.length < wanted) throw configError(path, 'names too few timestamp authorities');
  return {
    fulcio: fulcio.url,
    rekor: { url: rekor.url, version: rekor.version === 2 ? 2 : 1 },
    timestamps: stamps.slice(0, wanted).map(({ url }) => url),
    issuer: issuer?.url ?? publicServices.issuer,
  };
}

function parse(path: string): JsonRecord {
  try {
    return strictJson(readPlainFile(path, limit), 'signing config');
  } catch (error) {
    throw configError(path, 'cannot be read', error);
  }
}

/** Those of a known version that are valid now, the newest version first. */
function servicesIn(value: unknown, newest: number, now: Date) {
  const all = Array.isArray(value) ? value.filter(isRecord) : [];
  return all
    .flatMap(({ url, majorApiVersion: version, validFor }) => {
      const { start, end } = isRecord(validFor) ? validFor : {};
      const isNow = !(Date.parse(String(start)) > now.getTime()) && !(Date.parse(String(end)) < now.getTime());
      return typeof url === 'string' && typeof version === 'number' && version <= newest && isNow
        ? [{ url, version }]
        : [];
    })
    .sort((a, b) => b.version - a.version);
}

function configError(path: string, why: string, cause?: unknown): KitwrightError {
  return new KitwrightError(
    'config-invalid',
    `The signing config ${path} ${why}.`,
    cause === undefined ? {} : { cause },
  );
}
