import { checkKitBytes, findKit, KitwrightError, type Verification, verifyKit } from '@kitwright/core/internal';
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
  readonly timestampRoot: readonly string[];
  readonly verifier?: string;
  readonly verifierOption: readonly string[];
  readonly sameRepository?: boolean;
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
  checkLog(flags);
  const annotations = parsePairs(flags.annotations, 'An annotation');
  const verifier = await openVerifier(session, pluginFor(flags.verifier, flags.root.length > 0), {
    ...flags,
    key: flags.key,
    roots: flags.root,
    timestampRoots: flags.timestampRoot,
    options: [...identitySettings(flags), ...flags.verifierOption],
  });
  const kitwright = session.kitwright();
  const { opened, target, root } = await findKit({ kitwright, store: session.stores() }, reference);
  await checkKitBytes(target, root);
  return verifyKit(
    kitwright,
    { target, repository: opened.repository, root },
    { verifier, predicateType, annotations, repository: flags.sameRepository ? opened.repository : undefined },
  );
}

/** With a key alone no log is asked, without a key always. Throws `usage` for a flag that says otherwise. */
function checkLog({ insecureIgnoreTlog: ignores, key, root, verifier, trustedRoot }: VerifyFlags): void {
  refuseLog(ignores === false && key !== undefined && trustedRoot === undefined);
  if (
    ignores &&
    (trustedRoot !== undefined || (key === undefined && pluginFor(verifier, root.length > 0) === 'cosign'))
  )
    throw new KitwrightError(
      'usage',
      'An identity, and a key with --trusted-root, only counts by the transparency log.',
    );
}
