import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { KitwrightError, messageOf } from '@kitwright/core/plugin';
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import { defaultStallTimeout, type RegistryOptions } from './RegistryOptions.ts';
import { reusingConnector } from './reusingConnector.ts';

export { fetch } from 'undici';

const connectTimeout = 30_000;

/**
 * The connections to all registries: HTTP/1.1 only, since uploads over HTTP/2 stall at some. With `reuse` a plain
 * connection reads into one buffer again and again: only for answers that are poured. Throws `usage`.
 */
export function createAgent(options: RegistryOptions, reuse: boolean): Dispatcher {
  // undici's parser is WebAssembly. It is fast enough as it is, and a command that is done would wait for the end of
  // its optimisation.
  setFlagsFromString('--wasm-tiering-budget=1000000000');
  const tls = tlsOptions(options);
  const common = {
    allowH2: false,
    bodyTimeout: options.stallTimeout ?? defaultStallTimeout,
    keepAliveTimeout: 10_000,
  };
  if (options.proxy) return new ProxyAgent({ uri: options.proxy, requestTls: tls, ...common });
  const { env } = options;
  const proxies = {
    httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
    httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  };
  return proxies.httpProxy || proxies.httpsProxy
    ? new EnvHttpProxyAgent({ ...proxies, connect: tls, requestTls: tls, ...common })
    : new Agent({ connect: reuse ? reusingConnector(tls, connectTimeout) : tls, ...common });
}

function tlsOptions({ tlsVerify, tlsCerts = [], cert, key, env }: RegistryOptions) {
  const file = env['SSL_CERT_FILE'];
  const clientCert = env['KITOPS_CLIENT_CERT'] || cert;
  const clientKey = env['KITOPS_CLIENT_KEY'] || key;
  if (Boolean(clientCert) !== Boolean(clientKey))
    throw new KitwrightError('usage', 'A client certificate needs its key: give both --cert and --key.');
  return {
    timeout: connectTimeout,
    rejectUnauthorized: tlsVerify !== false,
    // Asking for the authorities of Node decodes all of them, which takes longer than a small request.
    ...(file || tlsCerts.length
      ? { ca: [...(file ? [readPem(file)] : rootCertificates), ...tlsCerts.map(readPem)] }
      : {}),
    ...(clientCert && clientKey ? { cert: readPem(clientCert), key: readPem(clientKey) } : {}),
  };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new KitwrightError('usage', `Cannot read the certificate ${path}: ${messageOf(error)}.`, { cause: error });
  }
}
