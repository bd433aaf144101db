import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A file of a release. */
export interface Artifact {
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

export function artifactOf(path: string): Artifact {
  return { name: basename(path), sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
}

const repository = 'https://github.com/kitwright/kitwright';

export function downloadUrl(version: string, { name }: Artifact): string {
  return `${repository}/releases/download/v${version}/${name}`;
}

/** The lines that `sha256sum --check` reads. */
export function checksums(artifacts: readonly Artifact[]): string {
  return artifacts.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
}
