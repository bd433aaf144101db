import { statSync } from 'node:fs';
import { type KitSigning, KitwrightError } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { openKeyOrIdentity } from './openKeyOrIdentity.ts';
import type { SignFlags } from './signingOptions.ts';

/** What `--sign` asks for; undefined without it. Throws `key-invalid`, `usage`, and what asking for an identity throws. */
export async function openSignFlags(session: Session, flags: SignFlags): Promise<KitSigning | undefined> {
  const { sign, ...others } = flags;
  if (sign === undefined) return refuseAlone(others);
  if (sign !== true) refuseDirectory(sign);
  const key = sign === true ? {} : { key: sign };
  const { passwordFile, identityToken, signingConfig, trustedRoot, yes } = others;
  if (sign === true && passwordFile !== undefined)
    throw new KitwrightError('usage', '--password-file is for a key, and --sign names none.');
  const given = { passwordFile, identityToken, signingConfig, trustedRoot, yes };
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { signer: await openKeyOrIdentity(session, { ...key, ...chosen, signerOption: [] }), annotations: {} };
}

/** Whoever says how to sign wants it to be signed. */
function refuseAlone({ identityToken, signingConfig, trustedRoot }: Omit<SignFlags, 'sign'>): undefined {
  if (identityToken === undefined && signingConfig === undefined && trustedRoot === undefined) return undefined;
  throw new KitwrightError('usage', '--identity-token, --signing-config and --trusted-root are for --sign.', {
    hint: 'Add --sign.',
  });
}

/** `pack --sign .` would take the directory for the key. */
function refuseDirectory(key: string): void {
  if (!statSync(key, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new KitwrightError('usage', `--sign ${key} names a directory, and no key.`, {
    hint: `To sign by your identity, name the directory first: "${key} --sign".`,
  });
}
