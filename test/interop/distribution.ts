import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer } from './startServer.ts';

/** A real registry (github.com/distribution) on loopback, with its data in a folder of the test. */
export interface Distribution extends AsyncDisposable {
  readonly host: string;
  /** PEM file of the authority that signed its certificate; undefined without TLS. */
  readonly authority: string | undefined;
}

export interface DistributionOptions {
  readonly tls?: boolean;
  /** Tokens of this service are required. */
  readonly token?: {
    readonly realm: string;
    readonly issuer: string;
    readonly service: string;
    readonly certificate: string;
  };
  /** Only ann with the password "secret" may do anything. */
  readonly htpasswd?: boolean;
  /** The registry for which it is a pull-through cache: its URL. */
  readonly remote?: string;
}

/** A key and a certificate that it signed for itself, as PEM files. */
export function makeCertificate(folder: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
    {
      stdio: 'ignore',
    },
  );
  return { cert, key };
}

/** bcrypt of "secret". */
const users = 'ann:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n';

/** Starts the registry and waits until it listens; it ends with the scope. */
export async function startDistribution(
  binary: string,
  folder: string,
  { tls = false, htpasswd = false, token, remote }: DistributionOptions = {},
): Promise<Distribution> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const certificate = tls ? makeCertificate(folder) : undefined;
  writeFileSync(join(folder, 'users'), users);
  const config = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: {
      addr: `127.0.0.1:${port}`,
      secret: 'test',
      ...(certificate ? { tls: { certificate: certificate.cert, key: certificate.key } } : {}),
    },
    ...(remote === undefined ? {} : { proxy: { remoteurl: remote } }),
    ...(token
      ? {
          auth: {
            token: {
              realm: token.realm,
              issuer: token.issuer,
              service: token.service,
              rootcertbundle: token.certificate,
            },
          },
        }
      : {}),
    ...(htpasswd ? { auth: { htpasswd: { realm: 'test', path: join(folder, 'users') } } } : {}),
  };
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(config));
  const server = await startServer(binary, ['serve', path], port, { OTEL_TRACES_EXPORTER: 'none' });
  return {
    host: `127.0.0.1:${port}`,
    authority: certificate?.cert,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
