import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { bytePath, fromNative } from '../files/bytePath.ts';
import { cleanPath } from '../files/cleanPath.ts';
import { readFingerprint } from '../files/fingerprint.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import { type CompressedLayer, encodeRecipe, type RawEntry } from '../layers/jobs.ts';
import { maxExpandedSize } from '../layers/layerLimits.ts';
import { type Recipe, recipeSize } from '../layers/recipe.ts';
import { annotationNames, parseLayerMediaType } from '../oci/mediaTypes.ts';
import { locateSteady } from '../store/locateSteady.ts';
import { digestOfRecipe } from '../store/readRecipe.ts';
import { asTar } from './asTar.ts';
import { cancellable } from './cancellable.ts';
import { type FetchLayerOptions, fetchLayer } from './fetchLayer.ts';
import { foreignTypeOf } from './foreignTypeOf.ts';
import { isSmall } from './isSmall.ts';
import type { KitElement } from './kitElements.ts';
import { namedContents, verifyContents } from './verifyContents.ts';

export interface OpenLayerOptions extends FetchLayerOptions {
  readonly capabilities: CapabilitySet;
  /** For layers that must be fetched or decompressed first. */
  readonly scratch: string;
  /** Somebody vouches for the digest: all bytes are hashed with SHA-256, also those that the store knows by another hash. */
  readonly isVouched?: boolean;
}

/** The plain bytes of a layer; they may be used for good only when `verification` has ended well. */
export interface OpenedLayer {
  readonly recipe: Recipe;
  readonly verification: Promise<void>;
}

/**
 * Finds, fetches and decompresses a layer. What is fetched or compressed is verified before it is looked into, the rest
 * beside. A layer of a plugin's own type is given as the tar of its files. Throws `descriptor-mismatch`,
 * `kit-malformed`, `compression-unknown`, `layer-format-unknown`, `unpack-refused`.
 */
export async function openLayer(element: KitElement, options: OpenLayerOptions): Promise<OpenedLayer> {
  const foreign = foreignTypeOf(element.descriptor, options.capabilities);
  if (!foreign) return openPlain(element, options);
  const { recipe, verification } = await openPlain(element, options);
  // A plugin sees verified bytes only.
  await verification;
  return { recipe: await asTar(foreign, element, recipe, options), verification };
}

/** The same without reading what a plugin's own type holds: its bytes as they are. */
export async function openPlain(element: KitElement, options: OpenLayerOptions): Promise<OpenedLayer> {
  const compression = compressionOf(element);
  const { recipe: stored, hashed } = await storedBytes(element, options);
  const verification = hashed ? Promise.resolve() : verifyStored(element, stored, options);
  verification.catch(() => undefined);
  if (compression === undefined) return { recipe: stored, verification };
  await verification;
  return { recipe: await decompress(element, stored, compression, options), verification };
}

/** How a layer is compressed, if it is. Throws `descriptor-mismatch`. */
export function compressionOf(element: KitElement): string | undefined {
  const { descriptor, diffId } = element;
  const type = parseLayerMediaType(descriptor.mediaType);
  if (type?.compression === undefined && diffId !== undefined && diffId !== descriptor.digest)
    throw mismatch(element, 'diffId', diffId);
  return type?.compression;
}

function mismatch(element: KitElement, what: string, found: string): KitwrightError {
  return new KitwrightError(
    'descriptor-mismatch',
    `The ${element.role} layer ${element.path || element.descriptor.digest} is damaged: its ${what} is ${found}.`,
    {
      data: { digest: element.descriptor.digest, found },
    },
  );
}

interface StoredBytes {
  readonly recipe: Recipe;
  /** Was it hashed on the way here? */
  readonly hashed: boolean;
}

/**
 * The layer's bytes as they were stored: where they are, if nobody else can change them there, or copied (and verified)
 * into the scratch folder.
 */
async function storedBytes({ descriptor }: KitElement, options: OpenLayerOptions): Promise<StoredBytes> {
  const located = locateSteady(options.source, descriptor);
  if (located) return { recipe: located, hashed: false };
  const path = join(options.scratch, temporaryName('layer'));
  await fetchLayer(descriptor, options, path);
  return { recipe: [{ kind: 'file', path: fromNative(path), offset: 0, size: descriptor.size }], hashed: true };
}

function verifyStored(element: KitElement, recipe: Recipe, options: OpenLayerOptions): Promise<void> {
  const contents = options.isVouched ? undefined : namedContents(options.source, element.descriptor);
  return contents ? verifyContents(contents, options) : verifyDigest(element, recipe, options);
}

async function verifyDigest(element: KitElement, recipe: Recipe, options: OpenLayerOptions): Promise<void> {
  const digest = await digestOf(recipe, options);
  if (digest !== element.descriptor.digest) throw mismatch(element, 'digest', digest);
}

async function digestOf(recipe: Recipe, { pool, signal }: OpenLayerOptions): Promise<string> {
  if (!isSmall({ size: recipeSize(recipe) }))
    return (await cancellable(signal, ({ buffer: meter }) => pool.hash({ recipe: encodeRecipe(recipe), meter })))
      .digest;
  return digestOfRecipe(recipe);
}

/** Decompresses a verified layer and checks its diffId. */
async function decompress(
  element: KitElement,
  recipe: Recipe,
  suffix: string,
  options: OpenLayerOptions,
): Promise<Recipe> {
  const compressed = compressedLayer(element, recipe, suffix, options);
  const path = join(options.scratch, temporaryName('layer'));
  const diffId = await cancellable(options.signal, ({ buffer: meter }) =>
    options.pool.decompress({ ...compressed, path, meter }),
  );
  checkDiffId(element, diffId);
  const native = fromNative(path);
  return [{ kind: 'file', path: native, offset: 0, size: readFingerprint(native)?.size ?? 0 }];
}

type Compressed = Omit<CompressedLayer, 'meter'>;

function compressedLayer(
  { descriptor, uses }: KitElement,
  recipe: Recipe,
  suffix: string,
  { capabilities }: OpenLayerOptions,
): Compressed {
  const compressor = capabilities.all('compressor').find((candidate) => candidate.suffix === suffix);
  if (!compressor) throw new KitwrightError('compression-unknown', `No plugin decompresses layers of type +${suffix}.`);
  return {
    recipe: encodeRecipe(recipe),
    module: compressor.module,
    plugin: capabilities.pluginOf('compressor', compressor.id),
    limit: maxExpandedSize(descriptor.size, uses),
  };
}

/** Throws `descriptor-mismatch` if the plain bytes of a layer are not those that its kit names. */
export function checkDiffId(element: KitElement, diffId: string): void {
  if (element.diffId !== undefined && diffId !== element.diffId) throw mismatch(element, 'diffId', diffId);
}

/** Finds or fetches a compressed layer and verifies it. Throws `descriptor-mismatch`, `compression-unknown`. */
export async function openCompressed(
  element: KitElement,
  compression: string,
  options: OpenLayerOptions,
): Promise<Compressed> {
  const { recipe, hashed } = await storedBytes(element, options);
  if (!hashed) await verifyDigest(element, recipe, options);
  return compressedLayer(element, recipe, compression, options);
}

/** The one file of a layer that is no tar. */
export function rawEntryOf({ descriptor, path }: KitElement): RawEntry | undefined {
  return parseLayerMediaType(descriptor.mediaType)?.format === 'raw'
    ? {
        path: bytePath(cleanPath(descriptor.annotations?.[annotationNames.filePath] ?? path)),
        mode: metadataMode(descriptor.annotations?.[annotationNames.fileMetadata]),
      }
    : undefined;
}

function metadataMode(annotation: string | undefined): number {
  try {
    const mode: unknown = annotation === undefined ? undefined : (JSON.parse(annotation) as { mode?: unknown }).mode;
    return typeof mode === 'number' ? mode & 0o777 : 0o644;
  } catch {
    return 0o644;
  }
}
