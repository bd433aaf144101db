import { statSync } from 'node:fs';
import { type KitSigning, KitwrightError } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { openKeyOrIdentity } from './openKeyOrIdentity.ts';
import type { SignFlags } from './signingOptions.ts';

/** What `--sign` asks for; undefined without it. Throws `key-invalid`, `usage`, and what asking for an identity throws. */
export async function openSignFlags(session: Session, flags: SignFlags): Promise<KitSigning | undefined> {
  const { sign } = flags;
  if (sign === undefined) return refuseAlone(flags);
  if (sign !== true) refuseDirectory(sign);
  if (sign === true && flags.passwordFile !== undefined)
    throw new KitwrightError('usage', '--password-file is for a key, and --sign names none.');
  const chosen = Object.fromEntries(own.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])));
  const key = sign === true ? {} : { key: sign };
  const signer = await openKeyOrIdentity(session, { ...key, ...chosen, signerOption: flags.signerOption });
  if (flags.attest && signer.attests === false) throw cannotAttest();
  return { signer, annotations: {} };
}

function cannotAttest(): KitwrightError {
  return new KitwrightError('usage', 'This signer signs kits and makes no attestations, as --attest asks for.', {
    hint: 'Sign with a key of cosign or by your identity, or leave --attest out.',
  });
}

/** What goes to the signer as it is. */
const own = ['passwordFile', 'certificate', 'signer', 'identityToken', 'signingConfig', 'trustedRoot', 'yes'] as const;

/** Whoever says how to sign wants it to be signed. */
function refuseAlone(flags: SignFlags): undefined {
  const given = (['certificate', 'signer', 'identityToken', 'signingConfig', 'trustedRoot'] as const).find(
    (name) => flags[name] !== undefined,
  );
  const name = given ?? (flags.signerOption.length ? 'signerOption' : undefined);
  if (name === undefined) return undefined;
  throw new KitwrightError('usage', `${flagOf(name)} is for --sign.`, { hint: 'Add --sign.' });
}

/** `signerOption` -> `--signer-option` */
const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** `pack --sign .` would take the directory for the key. */
function refuseDirectory(key: string): void {
  if (!statSync(key, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new KitwrightError('usage', `--sign ${key} names a directory, and no key.`, {
    hint: `To sign by your identity, name the directory first: "${key} --sign".`,
  });
}
