import { type KitSigning, KitwrightError } from '@kitwright/core/internal';
import { askToConfirm } from '../output/askToConfirm.ts';
import type { Session } from '../Session.ts';
import { type KeylessFlags, keylessSettings } from './keylessOptions.ts';
import { openSigner, pluginFor } from './openSigning.ts';
import { refuseLog } from './transparencyLog.ts';

/** The flags of commands that sign what is there. */
export interface SignerFlags extends KeylessFlags {
  readonly key?: string;
  readonly format?: string;
  readonly certificate?: string;
  readonly signer?: string;
  readonly signerOption: readonly string[];
  readonly passwordFile?: string;
  readonly tlogUpload?: boolean;
}

/** Opens the signer of a command: with its key, else by an identity, which the user must want to be public. */
export async function openKeyOrIdentity(session: Session, flags: SignerFlags): Promise<KitSigning['signer']> {
  const settings = keylessSettings(flags);
  checkUpload(flags);
  if (flags.key !== undefined && settings.length)
    throw new KitwrightError('usage', 'With a key no service is asked: leave the flags for them out.');
  if (isKeyless(flags) && flags.yes !== true) await confirm(session);
  return openSigner(session, pluginOf(flags), {
    key: flags.key,
    format: flags.format,
    certificate: flags.certificate,
    options: [...settings, ...flags.signerOption],
    passwordFile: flags.passwordFile,
  });
}

/** Does it sign by an identity, in a transparency log? The signers of plugins have their own ways. */
export function isKeyless(flags: SignerFlags): boolean {
  return flags.key === undefined && pluginOf(flags) === 'cosign';
}

function pluginOf({ signer, certificate }: SignerFlags): string {
  return pluginFor(signer, certificate !== undefined);
}

/** What a flag promises must be done. Throws `usage`. */
function checkUpload(flags: SignerFlags): void {
  refuseLog(flags.tlogUpload === true && !isKeyless(flags));
  if (flags.tlogUpload === false && isKeyless(flags))
    throw new KitwrightError('usage', 'Without --key a signature counts by its entry in the transparency log.');
}

async function confirm(session: Session): Promise<void> {
  const question =
    'Without a key you sign with your identity: your e-mail address or the name of your pipeline stays in a public log for ever, for everybody to read. Go on?';
  if (await askToConfirm(session, question, false)) return;
  throw new KitwrightError('usage', 'Signing without a key enters your identity in a public log.', {
    hint: 'If you want that: --yes. Or name a key.',
  });
}
