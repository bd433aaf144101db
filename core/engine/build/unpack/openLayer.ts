import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { systemError } from '../../errors/systemError.ts';
import { temporaryName } from '../../files/atomicWrite.ts';
import { bytePath, fromNative } from '../../files/bytePath.ts';
import { cleanPath } from '../../files/cleanPath.ts';
import { readFingerprint } from '../../files/fingerprint.ts';
import { encodeRecipe } from '../../layers/jobs.ts';
import type { Meter } from '../../layers/Meter.ts';
import type { LayerPool } from '../../layers/pool.ts';
import { type FilePiece, type Recipe, recipeSize } from '../../layers/recipe.ts';
import { createRecipeReader, type RecipeReader } from '../../layers/recipeReader.ts';
import { type IndexedEntry, tarIndex } from '../../layers/tarIndex.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { annotationNames, parseLayerMediaType } from '../../oci/mediaTypes.ts';
import { contentOf } from '../../store/contentOf.ts';
import { fetchInParts, ignoresRanges, isLarge } from '../../store/fetchInParts.ts';
import { canLocate, type ReadTarget } from '../../store/roles.ts';
import { openScratchChunks } from '../../store/scratchChunks.ts';
import { streamRecipe } from '../../store/streamRecipe.ts';
import { verified } from '../../store/verify.ts';
import { watchContent } from '../../store/watchContent.ts';
import type { CapabilityRegistry } from '../capabilities.ts';
import type { KitElement } from './elements.ts';

export interface OpenLayerOptions {
  readonly source: ReadTarget;
  readonly pool: LayerPool;
  readonly capabilities: CapabilityRegistry;
  /** For layers that must be fetched or decompressed first. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/** A layer whose entries are known; its bytes may be used for good only when `verification` has ended well. */
export interface OpenedLayer {
  readonly reader: RecipeReader;
  readonly entries: readonly IndexedEntry[];
  readonly verification: Promise<void>;
}

/** Bytes that one layer may expand to, for each stored byte, above the first GiB. */
const maxRatio = 1100;
const freeBytes = 1024 ** 3;

const mismatch = (element: KitElement, what: string, found: string): KitwrightError =>
  new KitwrightError(
    'descriptor-mismatch',
    `The ${element.role} layer ${element.path || element.descriptor.digest} is damaged: its ${what} is ${found}.`,
    {
      data: { digest: element.descriptor.digest, found },
    },
  );

/** In one piece, verified. */
const fetchWhole = async (
  descriptor: Descriptor,
  { source, signal }: OpenLayerOptions,
  path: string,
): Promise<void> => {
  const content = verified(descriptor, source.fetch(descriptor), source.name);
  await pipeline(Readable.from(content), createWriteStream(path, { flags: 'w', mode: 0o600 }), { signal });
};

/** In parts, side by side; false if the digest is another one. */
const fetchParts = async (descriptor: Descriptor, options: OpenLayerOptions, path: string): Promise<boolean> => {
  rmSync(path, { force: true });
  using chunks = openScratchChunks(path, descriptor.size);
  const content = watchContent(contentOf(descriptor, options.source), () => options.signal.throwIfAborted());
  return (await fetchInParts(descriptor, content, chunks, options.pool)) === descriptor.digest;
};

/** A wrong content is fetched once more, in one piece: then it is right, or the error says what is wrong. */
const fetchLayer = async (descriptor: Descriptor, options: OpenLayerOptions, path: string): Promise<void> => {
  try {
    if (isLarge(descriptor) && (await fetchParts(descriptor, options, path))) return;
  } catch (error) {
    if (!ignoresRanges(error)) throw systemError(error, 'unpack-refused', 'write', path);
  }
  await fetchWhole(descriptor, options, path);
};

interface StoredBytes {
  readonly recipe: Recipe;
  /** Was it hashed on the way here? */
  readonly hashed: boolean;
}

/** The layer's bytes as they were stored: where they are, or fetched (and verified) into the scratch folder. */
const storedBytes = async ({ descriptor }: KitElement, options: OpenLayerOptions): Promise<StoredBytes> => {
  const located = canLocate(options.source) ? options.source.locate(descriptor) : undefined;
  if (located) return { recipe: located, hashed: false };
  const path = join(options.scratch, temporaryName('layer'));
  await fetchLayer(descriptor, options, path);
  return { recipe: [{ kind: 'file', path: fromNative(path), offset: 0, size: descriptor.size }], hashed: true };
};

const verifyDigest = async (
  element: KitElement,
  recipe: Recipe,
  options: OpenLayerOptions,
  meter: Meter,
): Promise<void> => {
  const { digest } = await options.pool.hash({ recipe: encodeRecipe(recipe), meter: meter.buffer });
  if (digest !== element.descriptor.digest) throw mismatch(element, 'digest', digest);
};

const asOneFile = async (recipe: Recipe, options: OpenLayerOptions): Promise<FilePiece> => {
  const [only] = recipe;
  if (recipe.length === 1 && only?.kind === 'file') return only;
  const path = join(options.scratch, temporaryName('layer'));
  await pipeline(Readable.from(streamRecipe(recipe)), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return { kind: 'file', path: fromNative(path), offset: 0, size: recipeSize(recipe) };
};

/** Decompresses a verified layer and checks its diffId. */
const decompress = async (
  element: KitElement,
  recipe: Recipe,
  suffix: string,
  options: OpenLayerOptions,
  meter: Meter,
): Promise<Recipe> => {
  const compressor = options.capabilities.all('compressor').find((candidate) => candidate.suffix === suffix);
  if (!compressor) throw new KitwrightError('compression-unknown', `No plugin decompresses layers of type +${suffix}.`);
  const source = (await asOneFile(recipe, options)).path;
  const path = join(options.scratch, temporaryName('layer'));
  const limit = freeBytes + element.descriptor.size * maxRatio;
  const diffId = await options.pool.decompress({ source, module: compressor.module, path, limit, meter: meter.buffer });
  if (element.diffId !== undefined && diffId !== element.diffId) throw mismatch(element, 'diffId', diffId);
  const native = fromNative(path);
  return [{ kind: 'file', path: native, offset: 0, size: readFingerprint(native)?.size ?? 0 }];
};

const metadataMode = (annotation: string | undefined): number => {
  try {
    const mode: unknown = annotation === undefined ? undefined : (JSON.parse(annotation) as { mode?: unknown }).mode;
    return typeof mode === 'number' ? mode & 0o777 : 0o644;
  } catch {
    return 0o644;
  }
};

const rawEntry = ({ descriptor, path }: KitElement, size: number): IndexedEntry => ({
  path: bytePath(cleanPath(descriptor.annotations?.[annotationNames.filePath] ?? path)),
  type: 'file',
  mode: metadataMode(descriptor.annotations?.[annotationNames.fileMetadata]),
  size,
  offset: 0,
});

const entriesOf = (element: KitElement, reader: RecipeReader): readonly IndexedEntry[] => {
  const type = parseLayerMediaType(element.descriptor.mediaType);
  return type?.format === 'raw' ? [rawEntry(element, reader.size)] : [...tarIndex(reader.readAt, reader.size)];
};

/**
 * Finds, fetches and decompresses a layer, and lists its entries. What is fetched or compressed is verified before it is looked
 * into, the rest beside. Throws `descriptor-mismatch`, `kit-malformed`, `compression-unknown`, `unpack-refused`.
 */
export const openLayer = async (element: KitElement, options: OpenLayerOptions, meter: Meter): Promise<OpenedLayer> => {
  const { recipe: stored, hashed } = await storedBytes(element, options);
  const type = parseLayerMediaType(element.descriptor.mediaType);
  if (!type)
    throw new KitwrightError('kit-malformed', `A layer has the unknown media type ${element.descriptor.mediaType}.`);
  const verification = hashed ? Promise.resolve() : verifyDigest(element, stored, options, meter);
  verification.catch(() => undefined);
  if (type.compression !== undefined) await verification;
  const plain =
    type.compression === undefined ? stored : await decompress(element, stored, type.compression, options, meter);
  if (type.compression === undefined && element.diffId !== undefined && element.diffId !== element.descriptor.digest)
    throw mismatch(element, 'diffId', element.diffId);
  const reader = createRecipeReader(plain);
  try {
    return { reader, entries: entriesOf(element, reader), verification };
  } catch (error) {
    reader[Symbol.dispose]();
    // Damaged bytes explain a broken index better than the index does.
    await verification;
    throw error;
  }
};
