import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { errnoOf, KitwrightError, messageOf } from '@kitwright/core/plugin';

/** The certificates of a file. Throws `usage` if it cannot be read or holds none. */
export function readCertificates(path: string, name: string): readonly string[] {
  const found = certificatesIn(readSetting(path, name));
  if (found.length) return found;
  throw new KitwrightError('usage', `${name}: ${path} holds no certificate (PEM).`);
}

/** A file that a setting names. Throws `usage`. */
export function readSetting(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, name, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a directory',
};

function unreadable(path: string, name: string, error: unknown): KitwrightError {
  const why = reasons[errnoOf(error) ?? ''] ?? messageOf(error);
  return new KitwrightError('usage', `${name}: ${path} cannot be read: ${why}.`, { cause: error });
}

const [begin, end] = ['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----'];

/** The PEM blocks of a text that are certificates; damaged and other blocks are left out. */
export function certificatesIn(text: string): readonly string[] {
  return text.split(end).flatMap((part) => {
    const at = part.lastIndexOf(begin);
    const pem = at < 0 ? '' : `${part.slice(at)}${end}\n`;
    return pem && isCertificate(pem) ? [pem] : [];
  });
}

function isCertificate(pem: string): boolean {
  try {
    return Boolean(new X509Certificate(pem));
  } catch {
    return false;
  }
}

/**
 * SSL_CERT_DIR: directories with a colon between them (on Windows a semicolon). Other files in them, and missing
 * directories among several, are ignored, as in OpenSSL and Go. Throws `usage` if none can be read.
 */
export function readDirectories(list: string): readonly string[] {
  const directories = list.split(delimiter).filter(Boolean);
  const errors: unknown[] = [];
  const paths = directories.flatMap((directory) => {
    try {
      const entries = readdirSync(directory, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() || entry.isSymbolicLink())
        .map(({ name }) => join(directory, name));
    } catch (error) {
      errors.push(error);
      return [];
    }
  });
  if (errors.length === directories.length) throw unreadable(list, 'SSL_CERT_DIR', errors[0]);
  return [...new Set(paths.flatMap(certificatesAt))];
}

function certificatesAt(path: string): readonly string[] {
  try {
    return certificatesIn(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
}
