import { createHash, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Issuer, startIssuer } from '../../plugins/cosign/testing/startIssuer.ts';
import { freePort, startServer } from './startServer.ts';

const { FULCIO: fulcio = '', REKOR_TILES: rekor = '', TIMESTAMP_SERVER: timestamps = '' } = process.env;

/** Are all services of Sigstore here? */
export const hasSigstore = Boolean(fulcio && rekor && timestamps);

/** The services of Sigstore on loopback: an issuer, Fulcio, Rekor v2 and a timestamp authority. */
export interface Sigstore extends AsyncDisposable {
  readonly issuer: Issuer;
  readonly urls: { readonly fulcio: string; readonly rekor: string; readonly timestamps: string };
  /** Paths of files: what to verify with, and where to sign. */
  readonly trustedRoot: string;
  readonly signingConfig: string;
}

/** Starts all of them with their data in a folder; they end with the scope. */
export async function startSigstore(folder: string): Promise<Sigstore> {
  await using stack = new AsyncDisposableStack();
  const issuer = stack.use(await startIssuer());
  const ports = await Promise.all(Array.from({ length: 7 }, freePort));
  const [fulcioPort = 0, fulcioGrpc, fulcioMetrics, rekorPort = 0, rekorGrpc, rekorMetrics, stampPort = 0] = ports;
  const key = writeLogKey(folder);
  writeFileSync(join(folder, 'fulcio.yaml'), fulcioConfig(issuer.url));
  mkdirSync(join(folder, 'log'));
  const here = '127.0.0.1';
  // prettier-ignore
  const fulcioFlags = [
    '--ca',
    'ephemeralca',
    '--ct-log-url',
    '',
    '--config-path',
    join(folder, 'fulcio.yaml'),
    '--host',
    here,
    '--port',
    `${fulcioPort}`,
    '--grpc-host',
    here,
    '--grpc-port',
    `${fulcioGrpc}`,
    '--metrics-port',
    `${fulcioMetrics}`,
    '--legacy-unix-domain-socket',
    join(folder, 'fulcio.sock'),
  ];
  const rekorFlags = [
    '--http-port',
    `${rekorPort}`,
    '--grpc-port',
    `${rekorGrpc}`,
    '--http-metrics-port',
    `${rekorMetrics}`,
    '--hostname',
    here,
    '--storage-dir',
    join(folder, 'log'),
    '--signer-filepath',
    key.path,
    '--checkpoint-interval',
    '1s',
  ];
  const stampFlags = [
    '--host',
    here,
    '--port',
    `${stampPort}`,
    '--timestamp-signer',
    'memory',
    '--disable-ntp-monitoring',
  ];
  stack.use(await startServer(fulcio, ['serve', ...fulcioFlags], fulcioPort));
  stack.use(await startServer(rekor, ['serve', ...rekorFlags], rekorPort));
  stack.use(await startServer(timestamps, ['serve', ...stampFlags], stampPort));
  const urls = {
    fulcio: `http://${here}:${fulcioPort}`,
    rekor: `http://${here}:${rekorPort}`,
    timestamps: `http://${here}:${stampPort}/api/v1/timestamp`,
  };
  const [trustedRoot, signingConfig] = [join(folder, 'trusted_root.json'), join(folder, 'signing_config.json')];
  writeFileSync(trustedRoot, JSON.stringify(await rootOf(urls, key.publicKey)));
  writeFileSync(signingConfig, JSON.stringify(configOf(urls, issuer.url)));
  const kept = stack.move();
  return { issuer, urls, trustedRoot, signingConfig, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function writeLogKey(folder: string): { readonly path: string; readonly publicKey: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const path = join(folder, 'log.pem');
  writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return { path, publicKey };
}

function fulcioConfig(issuer: string): string {
  return `oidc-issuers:\n  ${issuer}:\n    issuer-url: ${issuer}\n    client-id: sigstore\n    type: email\n`;
}

type Urls = Sigstore['urls'];

const since = { start: '2020-01-01T00:00:00Z' };

/** A trusted root (sigstore/protobuf-specs, sigstore_trustroot.proto) of what the services say of themselves. */
async function rootOf({ fulcio: authority, rekor: log, timestamps: stamps }: Urls, logKey: KeyObject): Promise<object> {
  const { chains } = (await (await fetch(`${authority}/api/v2/trustBundle`)).json()) as {
    readonly chains: readonly { readonly certificates: readonly string[] }[];
  };
  const stampChain = await (await fetch(`${stamps}/certchain`)).text();
  const rawKey = logKey.export({ format: 'der', type: 'spki' });
  const subject = { organization: 'test', commonName: 'test' };
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      {
        baseUrl: log,
        hashAlgorithm: 'SHA2_256',
        publicKey: { rawBytes: rawKey.toString('base64'), keyDetails: 'PKIX_ED25519', validFor: since },
        logId: { keyId: noteKeyId(new URL(log).hostname, rawKey).toString('base64') },
      },
    ],
    certificateAuthorities: chains.map(({ certificates }) => ({
      subject,
      uri: authority,
      certChain: chainOf(certificates.join('')),
      validFor: since,
    })),
    ctlogs: [],
    timestampAuthorities: [{ subject, uri: stamps, certChain: chainOf(stampChain), validFor: since }],
  };
}

/** The key ID of a signed note (C2SP signed-note, "Signatures"): 0x01 is Ed25519. */
function noteKeyId(origin: string, spki: Buffer): Buffer {
  return createHash('sha256').update(`${origin}\n\u0001`).update(spki.subarray(-32)).digest();
}

function chainOf(pem: string): object {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return { certificates: blocks.map((block) => ({ rawBytes: new X509Certificate(block).raw.toString('base64') })) };
}

/** A signing config v0.2 (sigstore/protobuf-specs, sigstore_trustroot.proto). */
function configOf({ fulcio: authority, rekor: log, timestamps: stamps }: Urls, issuer: string): object {
  const service = (url: string, majorApiVersion: number) => ({
    url,
    majorApiVersion,
    validFor: since,
    operator: 'test',
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(authority, 1)],
    oidcUrls: [service(issuer, 1)],
    rekorTlogUrls: [service(log, 2)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service(stamps, 1)],
    tsaConfig: { selector: 'ANY' },
  };
}
