import { findKit, type Verification, verifyKit } from '@kitwright/core/internal';
import { parsePairs } from '../options/parsePairs.ts';
import type { Session } from '../Session.ts';
import { type IdentityFlags, identitySettings } from './keylessOptions.ts';
import { openVerifier, pluginFor } from './openSigning.ts';
import { refuseLog } from './transparencyLog.ts';

/** The flags of commands that verify. */
export interface VerifyFlags extends IdentityFlags {
  readonly key?: string;
  readonly annotations: readonly string[];
  readonly format?: string;
  readonly root: readonly string[];
  readonly verifier?: string;
  readonly verifierOption: readonly string[];
  readonly insecureIgnoreTlog?: boolean;
  readonly output: string;
}

/** Verifies the kit that a text names: a signature, or with a predicate type an attestation. */
export async function verifyReference(
  session: Session,
  reference: string,
  flags: VerifyFlags,
  predicateType?: string,
): Promise<Verification> {
  refuseLog(flags.insecureIgnoreTlog === false);
  const annotations = parsePairs(flags.annotations, 'An annotation');
  const verifier = await openVerifier(session, pluginFor(flags.verifier, flags.root.length > 0), {
    ...flags,
    key: flags.key,
    roots: flags.root,
    options: [...identitySettings(flags), ...flags.verifierOption],
  });
  const kitwright = session.kitwright();
  const { opened, target, root } = await findKit({ kitwright, store: session.stores() }, reference);
  return verifyKit(
    kitwright,
    { target, repository: opened.repository, root },
    { verifier, predicateType, annotations },
  );
}
