import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';

interface Cases {
  /** The file that is signed, unless a case has its own. */
  readonly artifact: string;
  /** The files of each case by name: the number of a text. */
  readonly cases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly files: Readonly<Record<string, string>>;
}

const packed = readFileSync(new URL('bundleVerify.json.zst', import.meta.url));
const { artifact, cases, files } = JSON.parse(zstdDecompressSync(packed).toString()) as Cases;

export const caseNames: readonly string[] = Object.keys(cases);

const beacon = 'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon';

/** What a case gives to a client. */
export function caseOf(name: string) {
  const text = (file: string) => files[cases[name]?.[file] ?? ''];
  const bytes = (file: string) => (text(file) === undefined ? undefined : Buffer.from(text(file) ?? ''));
  return {
    bundle: bytes('bundle.sigstore.json') ?? Buffer.alloc(0),
    artifact: bytes('artifact') ?? Buffer.from(artifact),
    trustedRoot: bytes('trusted_root.json'),
    key: text('key.pub'),
    identity:
      text('identity')?.trim() ?? `${beacon}/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main`,
    issuer: text('issuer')?.trim() ?? 'https://token.actions.githubusercontent.com',
  };
}
