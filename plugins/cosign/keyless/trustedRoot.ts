import { X509Certificate } from 'node:crypto';
import { KitwrightError, readPlainFile } from '@kitwright/core/plugin';
import { TrustedRoot as RootMessage } from '@sigstore/protobuf-specs';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import { strictJson } from '../formats/strictJson.ts';

/** Whose certificates, logs and timestamps count (sigstore/protobuf-specs, sigstore_trustroot.proto). */
export interface TrustedRoot {
  readonly material: Omit<TrustMaterial, 'publicKey'>;
  /** All of its certificates, in DER as base64. */
  readonly certificates: ReadonlySet<string>;
}

/** Bytes; that of sigstore.dev has 7 KB. */
const limit = 1024 * 1024;

/** Reads a `trusted_root.json`. Throws `key-invalid`. */
export function readTrustedRoot(path: string): TrustedRoot {
  return parseTrustedRoot(readBytes(path), path);
}

function readBytes(path: string): Uint8Array {
  try {
    return readPlainFile(path, limit);
  } catch (error) {
    if (!(error instanceof KitwrightError)) throw error;
    throw rootError(path, 'cannot be read', error);
  }
}

/** Throws `key-invalid` for what is no trusted root; `name` says which. */
export function parseTrustedRoot(bytes: Uint8Array, name: string): TrustedRoot {
  try {
    const root = RootMessage.fromJSON(strictJson(bytes, 'trusted root'));
    checkValidity(root);
    const { publicKey: _, ...material } = toTrustMaterial(root);
    return { material, certificates: certificatesOf(root) };
  } catch (error) {
    throw rootError(name, 'is no trusted root of Sigstore', error);
  }
}

/** Without a start a log would count for all times, also before it had its key. */
function checkValidity({ mediaType, tlogs, ctlogs }: RootMessage): void {
  if (!/^application\/vnd\.dev\.sigstore\.trustedroot(?:\.v0\.\d+\+json|\+json;version=0\.\d+)$/.test(mediaType))
    throw new KitwrightError('kit-malformed', `It has the type ${JSON.stringify(mediaType)}.`);
  const open = [...tlogs, ...ctlogs].find(({ publicKey }) => !publicKey?.validFor?.start);
  if (open) throw new KitwrightError('kit-malformed', `It does not say since when ${open.baseUrl} is valid.`);
}

function certificatesOf({ certificateAuthorities, timestampAuthorities }: RootMessage): ReadonlySet<string> {
  const certificates = [...certificateAuthorities, ...timestampAuthorities].flatMap(
    ({ certChain }) => certChain?.certificates ?? [],
  );
  return new Set(certificates.map(({ rawBytes }) => new X509Certificate(rawBytes).raw.toString('base64')));
}

function rootError(name: string, why: string, cause: unknown): KitwrightError {
  return new KitwrightError('key-invalid', `The trusted root ${name} ${why}.`, {
    data: { trustedRoot: name },
    hint: 'A trusted_root.json names the certificate authorities, logs and timestamp authorities that count; "cosign trusted-root create" writes one.',
    cause,
  });
}
