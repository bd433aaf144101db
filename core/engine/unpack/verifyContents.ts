import { KitwrightError } from '../errors/KitwrightError.ts';
import { displayPath } from '../files/displayPath.ts';
import { encodeRecipe } from '../layers/jobs.ts';
import type { FilePiece } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { LocalStore } from '../store/localStore.ts';
import type { ReadTarget } from '../store/roles.ts';
import { cancellable } from './cancellable.ts';
import type { FetchLayerOptions } from './fetchLayer.ts';

/** A file of our store, and the content hash (hex) by which it was named when its bytes were hashed with SHA-256. */
export interface NamedContent {
  readonly piece: FilePiece;
  readonly name: string;
}

/**
 * The files of a layer that consists of whole large files of our store and of inline bytes, which have a checksum in the
 * layer's record. Undefined for every other layer: that is hashed with SHA-256.
 */
export function namedContents(source: ReadTarget, { digest }: Descriptor): readonly NamedContent[] | undefined {
  const record = isOurs(source) ? source.layers.read(digest) : undefined;
  if (!record || !isOurs(source) || record.diffId !== digest) return undefined;
  const isWhole = record.sources.every(({ kind }) => kind === 'object');
  const files = record.pieces.filter((piece) => 'source' in piece);
  const fits = files.every(({ source: of, offset, size }) => offset === 0 && size === record.sources[of]?.size);
  if (!isWhole || !fits || !files.length) return undefined;
  return record.sources.flatMap((file) =>
    file.kind === 'object'
      ? [{ name: file.name, piece: { kind: 'file', path: source.layers.pathOf(file), offset: 0, size: file.size } }]
      : [],
  );
}

function isOurs(source: ReadTarget): source is LocalStore {
  return 'layers' in source;
}

/**
 * Finds out whether each file still is what its name says: several times faster than SHA-256, and enough against a disk
 * that forgets. Throws `descriptor-mismatch`.
 */
export async function verifyContents(
  contents: readonly NamedContent[],
  { source, pool, signal }: FetchLayerOptions,
): Promise<void> {
  const seed = (source as LocalStore).seed();
  await cancellable(signal, async ({ buffer: meter }) => {
    const check = async ({ piece, name }: NamedContent) => {
      const found = Buffer.from(await pool.probe({ recipe: encodeRecipe([piece]), meter, seed })).toString('hex');
      if (found !== name) throw damaged(piece, name, found);
    };
    await Promise.all(contents.map(check));
  });
}

function damaged({ path }: FilePiece, name: string, found: string): KitwrightError {
  const message = `The stored file ${displayPath(path)} is damaged: its content hash is ${found}.`;
  return new KitwrightError('descriptor-mismatch', message, {
    data: { name, found },
    hint: '"kitwright store check --repair" removes it, and says which kits need it.',
  });
}
