import { type OpenContext, strictBase64 } from '@kitwright/core/plugin';
import { keyError, textOf } from '../openPrivateKey.ts';
import { type Certificate, readCertificate } from './Certificate.ts';

const block = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** The certificates in a PEM file (RFC 7468, section 5), or in a variable. Throws `key-invalid`. */
export function readCertificates(name: string, context: Pick<OpenContext, 'env'>): readonly Certificate[] {
  const found = [...textOf(name, context).matchAll(block)].map(([, body = '']) => {
    const der = strictBase64(body.replaceAll(/\s/g, ''));
    if (!der) throw keyError(name, 'has a certificate that is no base64');
    return der;
  });
  if (!found.length) throw keyError(name, 'has no certificate in PEM');
  try {
    return found.map(readCertificate);
  } catch (error) {
    throw keyError(name, 'has a certificate that cannot be read', error);
  }
}
