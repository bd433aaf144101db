import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { messageOf } from '@kitwright/core/plugin';
import { verifyFile } from './verifyFile.ts';

/** `client verify-bundle ... FILE_OR_DIGEST` (sigstore-conformance, docs/cli_protocol.md); exit status 1 if it does not verify. */
const [command, ...rest] = process.argv.slice(2);
try {
  if (command !== 'verify-bundle') throw new Error(`This client has only verify-bundle, not ${command}.`);
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: {
      staging: { type: 'boolean', default: false },
      bundle: { type: 'string' },
      'certificate-identity': { type: 'string' },
      'certificate-oidc-issuer': { type: 'string' },
      key: { type: 'string' },
      'trusted-root': { type: 'string' },
    },
  });
  const [artifact] = positionals;
  const { bundle, key, staging, 'trusted-root': root } = values;
  if (bundle === undefined || artifact === undefined) throw new Error('verify-bundle needs --bundle and a file.');
  if (staging && root === undefined)
    throw new Error('The root of the staging instance is not here: use --trusted-root.');
  const { 'certificate-identity': identity, 'certificate-oidc-issuer': issuer } = values;
  const isDigest = /^sha256:[0-9a-f]{64}$/.test(artifact) && !existsSync(artifact);
  verifyFile({
    bundle: readFileSync(bundle),
    artifact: isDigest ? { sha256: artifact.slice('sha256:'.length) } : { bytes: readFileSync(artifact) },
    trustedRoot: root === undefined ? undefined : readFileSync(root),
    ...(key === undefined ? { identity, issuer } : { key: readFileSync(key, 'utf8') }),
  });
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
