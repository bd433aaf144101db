import { createPrivateKey, type KeyObject } from 'node:crypto';
import { errnoOf, KitwrightError, type OpenContext, readPlainFile, type SignerOptions } from '@kitwright/core/plugin';

/** Bytes. */
const limit = 64 * 1024;

/**
 * The private key in a PEM file, or in a variable (`env://NAME`): PKCS #8, also encrypted, or the older forms of OpenSSL.
 * Throws `key-invalid`.
 */
export async function openPrivateKey(
  name: string,
  password: SignerOptions['password'],
  context: Pick<OpenContext, 'env'>,
): Promise<KeyObject> {
  const key = textOf(name, context);
  const isEncrypted = /ENCRYPTED/.test(key);
  const passphrase = isEncrypted ? await password(`Password of ${name}`) : undefined;
  if (isEncrypted && passphrase === undefined) throw keyError(name, 'needs its password');
  try {
    return createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    throw keyError(name, isEncrypted ? 'cannot be decrypted with this password' : 'is no private key in PEM', error);
  }
}

/** The text of a key or of certificates. Throws `key-invalid`. */
export function textOf(name: string, { env }: Pick<OpenContext, 'env'>): string {
  const variable = /^env:\/\/(.*)$/.exec(name)?.[1];
  if (variable !== undefined) {
    const text = env[variable];
    if (!text) throw keyError(name, 'is not there: the variable is not set');
    return text;
  }
  try {
    return readPlainFile(name, limit).toString();
  } catch (error) {
    throw keyError(name, errnoOf(error) === 'ENOENT' ? 'is not there' : 'cannot be read', error);
  }
}

/** A key, or certificates, that cannot be used. `why` follows the name. */
export function keyError(name: string, why: string, cause?: unknown): KitwrightError {
  const because = cause === undefined ? {} : { cause };
  return new KitwrightError('key-invalid', `${name} ${why}.`, { data: { key: name }, ...because });
}
