import { createPrivateKey, X509Certificate } from 'node:crypto';
import { KitwrightError, messageOf } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { certificatesIn, readCertificates, readDirectories, readSetting } from './readCertificates.ts';

/** The options of a TLS connection, with the names of `node:tls`. */
export interface TlsSettings {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
}

/** Reads the files that the settings name. Throws `usage` with the name of the setting. */
export function readTlsSettings(options: RegistryOptions): TlsSettings {
  return { rejectUnauthorized: options.tlsVerify !== false, ...authorities(options), ...clientCertificate(options) };
}

/**
 * Go's rule (crypto/x509): SSL_CERT_FILE and SSL_CERT_DIR each replace one half of the system's authorities, both
 * together replace all. Undefined if Node's own are enough: listing them decodes all of them, which takes longer than a
 * small request.
 */
function authorities({ tlsCerts = [], env, names = {} }: RegistryOptions): Pick<TlsSettings, 'ca'> {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: directories, NODE_EXTRA_CA_CERTS: extra } = env;
  // Node has read this file itself, but only warns if it cannot be read.
  if (extra) readCertificates(extra, 'NODE_EXTRA_CA_CERTS');
  const added = [
    ...(file ? readCertificates(file, 'SSL_CERT_FILE') : []),
    ...(directories ? readDirectories(directories) : []),
    ...tlsCerts.flatMap((path) => readCertificates(path, names.tlsCerts ?? '--tls-cert')),
  ];
  if (!added.length) return {};
  // Imported only here, because loading it takes as long as a small command.
  const { getCACertificates } = process.getBuiltinModule('node:tls');
  return { ca: [...getCACertificates(file && directories ? 'extra' : 'default'), ...added] };
}

function clientCertificate({ cert, key, env, names = {} }: RegistryOptions): Pick<TlsSettings, 'cert' | 'key'> {
  const certificate = given(env, 'KITOPS_CLIENT_CERT', cert, names.cert ?? '--cert');
  const secret = given(env, 'KITOPS_CLIENT_KEY', key, names.key ?? '--key');
  if (!certificate && !secret) return {};
  if (!certificate || !secret)
    throw new KitwrightError(
      'usage',
      certificate
        ? `${certificate.name} needs its key: give --key or KITOPS_CLIENT_KEY too.`
        : `${secret?.name} needs its certificate: give --cert or KITOPS_CLIENT_CERT too.`,
    );
  const pair = { cert: readSetting(certificate.path, certificate.name), key: readSetting(secret.path, secret.name) };
  checkPair(pair, certificate, secret);
  return pair;
}

interface Given {
  readonly path: string;
  readonly name: string;
}

/** As in `kit`, the variable takes precedence over the flag. */
function given(
  env: RegistryOptions['env'],
  variable: string,
  flag: string | undefined,
  name: string,
): Given | undefined {
  const path = env[variable];
  if (path) return { path, name: variable };
  return flag ? { path: flag, name } : undefined;
}

function checkPair({ cert, key }: { readonly cert: string; readonly key: string }, of: Given, its: Given): void {
  const [first] = certificatesIn(cert);
  if (!first) throw new KitwrightError('usage', `${of.name}: ${of.path} holds no certificate (PEM).`);
  let secret: ReturnType<typeof createPrivateKey>;
  try {
    secret = createPrivateKey(key);
  } catch (error) {
    throw new KitwrightError('usage', `${its.name}: ${its.path} holds no private key (PEM) that can be used.`, {
      ...(/passphrase|decrypt/i.test(messageOf(error)) ? { hint: 'Keys with a passphrase are not supported.' } : {}),
      cause: error,
    });
  }
  if (!new X509Certificate(first).checkPrivateKey(secret))
    throw new KitwrightError('usage', `${its.name}: ${its.path} is not the key of the certificate ${of.path}.`);
}
