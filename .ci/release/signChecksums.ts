import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSigner } from '../../plugins/cosign/openSigner.ts';
import { projectRoot } from '../../test/support/trackedFiles.ts';

export interface SigningOptions {
  /** A key of cosign, whose password is in `COSIGN_PASSWORD`; without it by an identity, as pipelines have one. */
  readonly key?: string | undefined;
  /** A file; the services of sigstore.dev by default. */
  readonly signingConfig?: string | undefined;
}

const predicateType = 'https://slsa.dev/provenance/v1';

/**
 * The Sigstore bundle of a statement that says how the files in `SHA256SUMS` were made (SLSA provenance v1; README.md of
 * this folder). cosign verifies it. Throws what signing throws.
 */
export async function signChecksums(text: string, { key, signingConfig }: SigningOptions): Promise<Uint8Array> {
  const bytes = Buffer.from(text);
  const subject = { mediaType: 'text/plain', digest: digestOf(bytes), size: bytes.byteLength };
  const options = { format: 'bundle', ...(signingConfig === undefined ? {} : { 'signing-config': signingConfig }) };
  const signer = await openSigner(
    { key, options, password: async () => process.env['COSIGN_PASSWORD'] ?? '' },
    context(),
  );
  const statement = { predicateType, predicate: predicate() };
  const evidence = await signer.sign({ subject, repository: 'SHA256SUMS', annotations: {}, statement });
  const bundle = evidence[0]?.blobs[0]?.bytes;
  if (bundle === undefined) throw new Error('The signer wrote no bundle.');
  return bundle;
}

function digestOf(bytes: Uint8Array): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function context(): Parameters<typeof openSigner>[1] {
  return {
    signal: new AbortController().signal,
    fetch,
    env: process.env,
    credentials: async () => undefined,
    logger: { warn: console.warn, debug: () => undefined },
    home: join(projectRoot, '.cache', 'release-home'),
    userAgent: 'kitwright-release',
    progress: () => undefined,
    anonymous: false,
  };
}

/** The same for the same commit, Node and workflow. */
function predicate() {
  const { GITHUB_SERVER_URL: server, GITHUB_WORKFLOW_REF: workflow } = process.env;
  const lock = readFileSync(join(projectRoot, 'package-lock.json'));
  return {
    buildDefinition: {
      buildType: 'https://github.com/kitwright/kitwright/blob/main/.ci/release/README.md',
      externalParameters: { command: ['npm', 'run', 'release'] },
      resolvedDependencies: [
        {
          uri: 'git+https://github.com/kitwright/kitwright',
          digest: { gitCommit: git('rev-parse', 'HEAD') },
          annotations: { dirty: git('status', '--porcelain') !== '' },
        },
        { name: 'package-lock.json', digest: { sha256: digestOf(lock).slice('sha256:'.length) } },
        { uri: `pkg:github/nodejs/node@${process.version}` },
      ],
    },
    runDetails: {
      builder: { id: server && workflow ? `${server}/${workflow}` : 'https://github.com/kitwright/kitwright' },
    },
  };
}

/** What git says. Throws if there is none. */
export function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' }).trim();
}
