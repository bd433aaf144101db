import { type KitSigning, KitwrightError, type SignerOptions } from '@kitwright/core/internal';
import { parsePairs } from '../options/parsePairs.ts';
import type { Session } from '../Session.ts';
import { keyPassword } from './keyPassword.ts';
import { visitor } from './visitor.ts';

/** How a plugin is told what to sign or verify with. */
export interface SignerSetup {
  readonly key: string | undefined;
  readonly format?: string | undefined;
  /** A file, for `--certificate`. */
  readonly certificate?: string | undefined;
  /** Files, for `--root`. */
  readonly roots?: readonly string[] | undefined;
  /** Files, for `--timestamp-root`. */
  readonly timestampRoots?: readonly string[] | undefined;
  /** `name=value` */
  readonly options?: readonly string[];
  readonly passwordFile?: string | undefined;
}

/** Which plugin signs or verifies: keys are cosign's, certificates are notation's. */
export function pluginFor(id: string | undefined, hasCertificates: boolean): string {
  return id ?? (hasCertificates ? 'notation' : 'cosign');
}

/** Opens a signer: the key is read, and its password asked for. Throws `key-invalid`, `usage`. */
export function openSigner(session: Session, id: string, setup: SignerSetup): Promise<KitSigning['signer']> {
  const { capabilities, contextFor } = session.kitwright();
  const signer = capabilities.get('signer', id);
  return signer.open(optionsOf(session, setup), contextFor(capabilities.pluginOf('signer', id) ?? id));
}

function optionsOf(
  session: Session,
  { key, roots = [], timestampRoots = [], options = [], ...setup }: SignerSetup,
): SignerOptions {
  const { format, certificate, passwordFile } = setup;
  return {
    key,
    ...(roots.length ? { roots } : {}),
    ...(timestampRoots.length ? { timestampRoots } : {}),
    options: {
      ...(format === undefined ? {} : { format }),
      ...(certificate === undefined ? {} : { certificate }),
      ...parsePairs(options, 'A signer option'),
    },
    password: keyPassword(session, passwordFile),
    visit: visitor(session),
  };
}

/** Opens a verifier. Throws `key-invalid`, `usage`. */
export function openVerifier(session: Session, id: string, setup: SignerSetup) {
  const { capabilities, contextFor } = session.kitwright();
  if ((setup.roots?.length || setup.timestampRoots?.length) && id === 'cosign')
    throw new KitwrightError('usage', 'cosign takes a key, no roots.', { hint: 'Leave --verifier cosign out.' });
  const verifier = capabilities.get('verifier', id);
  return verifier.open(optionsOf(session, setup), contextFor(capabilities.pluginOf('verifier', id) ?? id));
}
