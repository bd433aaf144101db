import { atomicWrite, KitwrightError, systemError } from '@kitwright/core/internal';
import { openModelDirectory } from '@kitwright/core/internal/builds';
import type { SignModel } from '@kitwright/oms';
import type { Session } from '../Session.ts';
import { keyPassword } from './keyPassword.ts';
import { keyText } from './keyText.ts';
import { ignoredOf, type ModelFlags, signatureOf } from './modelOptions.ts';
import { openKeyOrIdentity, type SignerFlags } from './openKeyOrIdentity.ts';

/** The flags that `sign --oms` uses. */
export type SignDirectoryFlags = SignerFlags & ModelFlags;

/** Signs each file of a directory, and writes the signature beside them. */
export async function signDirectory(
  session: Session,
  directory: string,
  flags: SignDirectoryFlags,
): Promise<undefined> {
  const { defaultIgnored, signModel } = await import('@kitwright/oms');
  const file = signatureOf(directory, flags);
  const ignored = [...new Set([...defaultIgnored, ...ignoredOf(directory, flags)])].sort();
  const sign = await openModelSigner(session, flags);
  using model = openModelDirectory(session.kitwright(), directory, session.signal);
  const { bundle, root, files } = await signModel(model, ignored, sign);
  write(file, bundle);
  session.output.answer({
    json: { directory, signature: file, digest: root, files, ignored },
    text: [`Signed ${directory}: ${root} (files: ${files})`, `  ${file}`],
  });
}

/** With a key in PEM by itself; with those of cosign, in services, or by an identity by the signer of kits. */
async function openModelSigner(session: Session, flags: SignDirectoryFlags): Promise<SignModel> {
  const { signWithKey, signWithSigner } = await import('@kitwright/oms');
  const { key, passwordFile } = flags;
  const text = key === undefined ? undefined : keyText(session, key);
  const password = keyPassword(session, passwordFile);
  const certificates = await certificatesOf(session, flags);
  const own =
    text === undefined || key === undefined ? undefined : await signWithKey(text, key, password, certificates);
  if (own) return own;
  if (certificates)
    throw new KitwrightError('usage', '--certificate goes with a key in PEM: --key key.pem --certificate chain.pem.');
  return signWithSigner(await openKeyOrIdentity(session, { ...flags, format: 'bundle' }));
}

async function certificatesOf({ env }: Session, { certificate }: SignDirectoryFlags) {
  if (certificate === undefined) return undefined;
  return (await import('@kitwright/notation')).signingCertificates(certificate, { env });
}

function write(path: string, bytes: Uint8Array): void {
  try {
    atomicWrite(path, bytes);
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'write', path);
  }
}
