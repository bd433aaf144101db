import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Issuer, startIssuer } from '../../plugins/cosign/testing/startIssuer.ts';
import { freePort, startServer } from './startServer.ts';
import { startTimestamps } from './startTimestamps.ts';

const {
  FULCIO: fulcio = '',
  REKOR: rekor = '',
  REKOR_TILES: rekorTiles = '',
  TIMESTAMP_SERVER: timestamps = '',
} = process.env;

/** Are all services of Sigstore here? */
export const hasSigstore = Boolean(fulcio && rekorTiles && timestamps);

/** And the log of version 1? */
export const hasRekor1 = hasSigstore && Boolean(rekor);

/** The services of Sigstore on loopback: an issuer, Fulcio, Rekor and a timestamp authority. */
export interface Sigstore extends AsyncDisposable {
  readonly issuer: Issuer;
  readonly urls: { readonly fulcio: string; readonly rekor: string; readonly timestamps: string };
  /** Paths of files: what to verify with, and where to sign. */
  readonly trustedRoot: string;
  readonly signingConfig: string;
}

const here = '127.0.0.1';

/** Starts all of them with their data in a folder; they end with the scope. */
export async function startSigstore(folder: string, rekorVersion: 1 | 2 = 2): Promise<Sigstore> {
  await using stack = new AsyncDisposableStack();
  const issuer = stack.use(await startIssuer());
  const ports = await Promise.all(Array.from({ length: 6 }, freePort));
  const [fulcioPort = 0, fulcioGrpc, fulcioMetrics, rekorPort = 0, rekorGrpc, rekorMetrics] = ports;
  writeFileSync(join(folder, 'fulcio.yaml'), fulcioConfig(issuer.url));
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
  const startLog = rekorVersion === 1 ? startRekor1 : startRekor2;
  stack.use(await startServer(fulcio, ['serve', ...fulcioFlags], fulcioPort));
  const { origin } = stack.use(await startTimestamps(timestamps));
  // After the authority: both have metrics on one port, and Rekor 1 does without where it is taken.
  const log = stack.use(await startLog(folder, [rekorPort, rekorGrpc ?? 0, rekorMetrics ?? 0]));
  const urls = {
    fulcio: `http://${here}:${fulcioPort}`,
    rekor: `http://${here}:${rekorPort}`,
    timestamps: `${origin}/api/v1/timestamp`,
  };
  const [trustedRoot, signingConfig] = [join(folder, 'trusted_root.json'), join(folder, 'signing_config.json')];
  writeFileSync(trustedRoot, JSON.stringify(await rootOf(urls, log.entry)));
  writeFileSync(signingConfig, JSON.stringify(configOf(urls, issuer.url, rekorVersion)));
  const kept = stack.move();
  return { issuer, urls, trustedRoot, signingConfig, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

interface Log extends AsyncDisposable {
  /** What a trusted root says of it. */
  readonly entry: object;
}

type Ports = readonly [http: number, grpc: number, metrics: number];

async function startRekor2(folder: string, [http, grpc, metrics]: Ports): Promise<Log> {
  const key = writeLogKey(folder);
  mkdirSync(join(folder, 'log'));
  const ports = ['--http-port', `${http}`, '--grpc-port', `${grpc}`, '--http-metrics-port', `${metrics}`];
  const place = ['--hostname', here, '--storage-dir', join(folder, 'log'), '--signer-filepath', key.path];
  const server = await startServer(rekorTiles, ['serve', ...ports, ...place, '--checkpoint-interval', '1s'], http);
  const spki = key.publicKey.export({ format: 'der', type: 'spki' });
  const entry = logIn(`http://${here}:${http}`, spki, 'PKIX_ED25519', noteKeyId(here, spki));
  return { entry, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** It makes its key itself. */
async function startRekor1(_: string, [http]: Ports): Promise<Log> {
  const server = await startServer(rekor, ['--port', `${http}`, '--rekor_server.hostname', here], http);
  const url = `http://${here}:${http}`;
  const pem = await (await fetch(`${url}/api/v1/log/publicKey`)).text();
  const spki = createPublicKey(pem).export({ format: 'der', type: 'spki' });
  const entry = logIn(url, spki, 'PKIX_ECDSA_P256_SHA_256', createHash('sha256').update(spki).digest());
  return { entry, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function logIn(baseUrl: string, spki: Buffer, keyDetails: string, keyId: Buffer): object {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: spki.toString('base64'), keyDetails, validFor: since },
    logId: { keyId: keyId.toString('base64') },
  };
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
async function rootOf({ fulcio: authority, timestamps: stamps }: Urls, log: object): Promise<object> {
  const { chains } = (await (await fetch(`${authority}/api/v2/trustBundle`)).json()) as {
    readonly chains: readonly { readonly certificates: readonly string[] }[];
  };
  const stampChain = await (await fetch(`${stamps}/certchain`)).text();
  const subject = { organization: 'test', commonName: 'test' };
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log],
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
function configOf({ fulcio: authority, rekor: log, timestamps: stamps }: Urls, issuer: string, version: 1 | 2): object {
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
    rekorTlogUrls: [service(log, version)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service(stamps, 1)],
    tsaConfig: { selector: 'ANY' },
  };
}
