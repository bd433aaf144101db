import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { readRecipe } from './readRecipe.ts';
import { type ByteRange, type Content, canRead, type ReadTarget, type TakeBlock } from './roles.ts';

/**
 * The content of a descriptor at a target: as the target reads it, else from the streams that it fetches. A server may send
 * more than it was asked for, without an end: nobody gets it, who might keep it. Throws `descriptor-mismatch` then.
 */
export function contentOf(descriptor: Descriptor, source: ReadTarget): Content {
  return {
    read: (range, take) => {
      const within = upTo(range, take, descriptor, source);
      return canRead(source) ? source.read(descriptor, range, within) : readStream(descriptor, source, range, within);
    },
  };
}

function upTo({ start, end }: ByteRange, take: TakeBlock, { digest }: Descriptor, { name }: ReadTarget): TakeBlock {
  let left = end - start;
  return (bytes) => {
    left -= bytes.byteLength;
    if (left >= 0) return take(bytes);
    throw new KitwrightError('descriptor-mismatch', `${name} sends more bytes of ${digest} than it was asked for.`, {
      data: { digest, origin: name },
    });
  };
}

async function readStream(descriptor: Descriptor, source: ReadTarget, range: ByteRange, take: TakeBlock) {
  const stream = isWhole(range, descriptor) ? source.fetch(descriptor) : source.fetch(descriptor, range);
  for await (const bytes of stream) await take(bytes);
}

/** A source that gives no parts gives at least the whole. */
function isWhole({ start, end }: ByteRange, { size }: Descriptor): boolean {
  return start === 0 && end === size;
}

/** The content of a recipe. */
export function contentOfRecipe(recipe: Recipe): Content {
  return { read: (range, take) => readRecipe(recipe, range, take) };
}

/** The content of bytes in memory. */
export function contentOfBytes(bytes: Uint8Array): Content {
  return { read: async ({ start, end }, take) => await take(bytes.subarray(start, end)) };
}
