import { createHash, type KeyObject } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { isRecord, strictJson } from '../../plugins/cosign/formats/strictJson.ts';
import { mismatchOf } from '../../plugins/cosign/keyless/identity.ts';
import { publicSeed } from '../../plugins/cosign/keyless/publicRoot.ts';
import { readBundle } from '../../plugins/cosign/keyless/readBundle.ts';
import { parseTrustedRoot } from '../../plugins/cosign/keyless/trustedRoot.ts';
import { type SignedContent, verifySigned } from '../../plugins/cosign/keyless/verifySigned.ts';
import { parsePublicKey } from '../../plugins/cosign/keys/publicKey.ts';

/** A bundle about a file, and whom to trust. */
export interface FileToVerify {
  readonly bundle: Uint8Array;
  readonly artifact: { readonly bytes: Uint8Array } | { readonly sha256: string };
  /** That of sigstore.dev otherwise. */
  readonly trustedRoot?: Uint8Array | undefined;
  /** PEM. */
  readonly key?: string | undefined;
  readonly identity?: string | undefined;
  readonly issuer?: string | undefined;
}

/** Verifies a bundle with the code that verifies kits. Throws if it proves nothing about the file. */
export function verifyFile({ bundle: bytes, artifact, trustedRoot, key, identity, issuer }: FileToVerify): void {
  const bundle = readBundle(bytes);
  const root = trustedRoot ? parseTrustedRoot(trustedRoot, 'given') : publicSeed();
  const trust = { root, key: key === undefined ? undefined : parsePublicKey(key, 'given') };
  const digest = 'bytes' in artifact ? createHash('sha256').update(artifact.bytes).digest('hex') : artifact.sha256;
  const { content } = bundle;
  const signed = verifySigned(
    bundle,
    trust,
    'bytes' in artifact ? { artifact: artifact.bytes } : byDigest(bundle, digest),
  );
  if (content.$case === 'dsseEnvelope' && !subjectsOf(content.dsseEnvelope.payload).includes(digest))
    throw new Error('The statement is about another file.');
  if (key !== undefined) return;
  if (!signed.identity || !identity || !issuer) throw new Error('Nobody is named who must have signed.');
  const mismatch = mismatchOf(signed.identity, { subject: { text: identity }, issuer: { text: issuer } });
  if (mismatch !== undefined) throw new Error(mismatch);
}

/** A signature about a digest: Node only verifies one about the bytes themselves. */
function byDigest({ content }: ReturnType<typeof readBundle>, hex: string): SignedContent | undefined {
  if (content.$case !== 'messageSignature') return undefined;
  const { signature, messageDigest } = content.messageSignature;
  const digest = Buffer.from(hex, 'hex');
  if (!digest.equals(messageDigest.digest)) throw new Error('The bundle is about another file.');
  const isDigest = (other: Buffer) => digest.equals(other);
  const verifySignature = (key: KeyObject) => {
    const point = key.export({ format: 'der', type: 'spki' }).subarray(-65);
    return p256.verify(signature, digest, point, { prehash: false, format: 'der', lowS: false });
  };
  const compareSignature = (other: Buffer) => signature.equals(other);
  return {
    signature: { signature, compareSignature, compareDigest: isDigest, compareSignedDigest: isDigest, verifySignature },
  };
}

function subjectsOf(payload: Uint8Array): readonly unknown[] {
  const { subject } = strictJson(payload, 'statement');
  return Array.isArray(subject)
    ? subject.map((each) => (isRecord(each) && isRecord(each['digest']) ? each['digest']['sha256'] : undefined))
    : [];
}
