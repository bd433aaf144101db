import type { KitSigning, SignerOptions } from '@kitwright/core/internal';
import { parsePairs } from '../options/parsePairs.ts';
import type { Session } from '../Session.ts';
import { keyPassword } from './keyPassword.ts';
import type { SignFlags } from './signingOptions.ts';

/** How a plugin is told what to sign or verify with. */
export interface SignerSetup {
  readonly key: string | undefined;
  readonly format?: string;
  /** `name=value` */
  readonly options?: readonly string[];
  readonly passwordFile?: string | undefined;
}

/** Opens a signer: the key is read, and its password asked for. Throws `key-invalid`, `usage`. */
export function openSigner(session: Session, id: string, setup: SignerSetup): Promise<KitSigning['signer']> {
  const { capabilities, contextFor } = session.kitwright();
  const signer = capabilities.get('signer', id);
  return signer.open(optionsOf(session, setup), contextFor(capabilities.pluginOf('signer', id) ?? id));
}

function optionsOf(session: Session, { key, format, options = [], passwordFile }: SignerSetup): SignerOptions {
  return {
    key,
    options: { ...(format === undefined ? {} : { format }), ...parsePairs(options, 'A signer option') },
    password: keyPassword(session, passwordFile),
  };
}

/** Opens a verifier. Throws `key-invalid`, `usage`. */
export function openVerifier(session: Session, id: string, setup: SignerSetup) {
  const { capabilities, contextFor } = session.kitwright();
  const verifier = capabilities.get('verifier', id);
  return verifier.open(optionsOf(session, setup), contextFor(capabilities.pluginOf('verifier', id) ?? id));
}

/** What `--sign` asks for; undefined without it. Throws `key-invalid`. */
export async function openSigning(
  session: Session,
  { sign, passwordFile }: SignFlags,
): Promise<KitSigning | undefined> {
  if (sign === undefined) return undefined;
  return { signer: await openSigner(session, 'cosign', { key: sign, passwordFile }), annotations: {} };
}
