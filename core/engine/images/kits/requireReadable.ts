import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { BaseImage } from '../baseImage.ts';

/** KServe's `oci+fetch` reads all layers of a modelcar, and no zstd. Throws `image-refused`. */
export function requireReadable(name: string, bases: readonly BaseImage[]): void {
  const layer = bases.flatMap(({ layers }) => layers).find(({ descriptor }) => descriptor.mediaType.endsWith('+zstd'));
  if (!layer) return;
  throw new KitwrightError(
    'image-refused',
    `${name} cannot be the base of a modelcar: its layer ${layer.descriptor.digest} is compressed with zstd, which KServe does not read.`,
    { data: { base: name, digest: layer.descriptor.digest }, hint: 'Use a base whose layers are gzip, as most are.' },
  );
}
