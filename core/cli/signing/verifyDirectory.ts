import { errnoOf, KitwrightError, readPlainFile } from '@kitwright/core/internal';
import { openModelDirectory } from '@kitwright/core/internal/builds';
import type { VerifyBundle } from '@kitwright/oms';
import type { Session } from '../Session.ts';
import { identitySettings } from './keylessOptions.ts';
import { keyText } from './keyText.ts';
import { ignoredOf, type ModelFlags, signatureOf } from './modelOptions.ts';
import { openVerifier } from './openSigning.ts';
import type { VerifyFlags } from './verifyReference.ts';

/** The flags that `verify --oms` uses. */
export type VerifyDirectoryFlags = ModelFlags & VerifyFlags & { readonly ignoreUnsignedFiles?: boolean };

/** Verifies that a directory holds exactly the files that were signed. */
export async function verifyDirectory(
  session: Session,
  directory: string,
  flags: VerifyDirectoryFlags,
): Promise<undefined> {
  const { verifyModel } = await import('@kitwright/oms');
  const file = signatureOf(directory, flags);
  const verify = await openBundleVerifier(session, flags);
  const bundle = readSignature(file);
  using model = openModelDirectory(session.kitwright(), directory, session.signal);
  const options = {
    bundle,
    verify,
    ignored: ignoredOf(directory, flags),
    allowsUnsigned: flags.ignoreUnsignedFiles === true,
  };
  const { root, files, signer, notes = [], ignored } = await verifyModel(model, options);
  for (const note of notes) session.output.note(note);
  const json = { directory, signature: file, digest: root, files, signer, ignored, notes };
  session.output.answer({
    json,
    text: [
      `Verified ${directory}: ${root} (files: ${files})`,
      `  signed by ${signer}`,
      `  ignored: ${ignored.join(', ')}`,
    ],
  });
}

/** By a key in PEM by itself; by certificates below roots; by an identity, or a key in a service, by the verifier of kits. */
async function openBundleVerifier(session: Session, flags: VerifyDirectoryFlags): Promise<VerifyBundle> {
  const { verifyWithCertificates, verifyWithKey, verifyWithVerifier } = await import('@kitwright/oms');
  const { key, verifier: id = 'cosign' } = flags;
  if (flags.root.length) {
    if (key !== undefined) throw new KitwrightError('usage', 'Name a key or roots, not both.');
    const { certifiedKeys } = await import('@kitwright/notation');
    return verifyWithCertificates(await certifiedKeys(flags.root, { env: session.env }));
  }
  const text = key === undefined ? undefined : keyText(session, key);
  if (text !== undefined && key !== undefined) return verifyWithKey(text, key);
  const options = [...identitySettings(flags), ...flags.verifierOption];
  return verifyWithVerifier(await openVerifier(session, id, { key, format: 'bundle', options }));
}

/** Bytes; a file takes some 200 of them. */
const maxSignature = 64 * 1024 * 1024;

function readSignature(path: string): Buffer {
  try {
    return readPlainFile(path, maxSignature);
  } catch (error) {
    if (errnoOf(error instanceof KitwrightError ? error.cause : error) !== 'ENOENT') throw error;
    throw new KitwrightError('signature-missing', `There is no signature at ${path}.`, {
      data: { path },
      hint: 'Name it with --signature.',
    });
  }
}
