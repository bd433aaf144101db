import { KitwrightError } from '../../errors/KitwrightError.ts';
import { joinPath } from '../../files/bytePath.ts';
import type { CapabilitySet } from '../../host/createCapabilities.ts';
import type { FileDigests, PlanFile, PlannedLayer } from '../../host/nouns.ts';
import type { LayerPool } from '../../layers/createPool.ts';
import type { Meter } from '../../layers/Meter.ts';
import type { FilePiece, Recipe } from '../../layers/recipe.ts';
import { withMeter } from '../../layers/withMeter.ts';
import { type Digest, isDigest } from '../../oci/digest.ts';
import type { LayerRecord } from '../../store/LayerRecord.ts';
import type { LayerSnapshot } from '../../store/LayerSnapshot.ts';
import type { LocalStore } from '../../store/localStore.ts';
import type { EarlyLayer } from '../earlyPush.ts';
import type { CaptureMode } from './capture.ts';

/** One layer while it is built. */
export interface LayerWork {
  readonly planned: PlannedLayer;
  readonly options: LayerBuildOptions;
  /** The snapshot of the last build. */
  readonly previous: LayerSnapshot | undefined;
  /** Content hash of each planned file, if known; filled in during the build. */
  readonly hashes: (Uint8Array | undefined)[];
  /** SHA-256 of each planned file, if they are wanted: those that are missing are filled in while the layer is hashed. */
  readonly digests?: (Uint8Array | undefined)[];
}

export interface LayerBuildOptions {
  /** Absolute path of the packed directory. */
  readonly directory: string;
  readonly store: LocalStore;
  readonly pool: LayerPool;
  readonly capabilities: CapabilitySet;
  readonly capture: CaptureMode;
  /** Keep midstates; useful only if this process builds the same layer again. */
  readonly midstates: boolean;
  /** Read every file again, even if its fingerprint did not change. */
  readonly distrust: boolean;
  /** Also compute SHA-256 of each file. */
  readonly fileDigests: boolean;
  readonly signal: AbortSignal;
  /** Uploads the layer while it is hashed, if wanted. */
  readonly sendEarly?: ((recipe: Recipe) => EarlyLayer | undefined) | undefined;
  /** Called before the layer is read, if it is not used again as it was. */
  readonly missed?: (() => void) | undefined;
  /** Called with the bytes done and all bytes, several times a second. */
  readonly progress: (done: number, bytes: number) => void;
}

/** The result of storing a layer. */
export interface StoredLayer {
  readonly record: LayerRecord;
  /** Bytes that were read and hashed. */
  readonly hashed: number;
  /** Was the layer in the store already? */
  readonly existed: boolean;
  /** If they were asked for. */
  readonly fileDigests?: FileDigests;
}

export function hasContent({ type, fingerprint }: Pick<PlanFile, 'type' | 'fingerprint'>): boolean {
  return type === 'file' && fingerprint.size > 0;
}

export function pieceOf(file: PlanFile, { directory }: LayerBuildOptions): FilePiece {
  const { path, target, fingerprint, copy, grows } = file;
  const { size } = fingerprint;
  if (copy) return { kind: 'file', ...copy, size };
  const piece = { kind: 'file', path: target ?? joinPath(directory, path), offset: 0, size, fingerprint } as const;
  return grows ? { ...piece, grows } : piece;
}

/** The recipe of a layer, in which files that have a copy are read there. */
export function recipeOf({ planned, options }: LayerWork): Recipe {
  const { layerType } = planned.entry;
  const recipe = options.capabilities.get('layerType', layerType).recipe(planned, options.directory);
  checkRecipe(layerType, recipe);
  checkSlices(planned, recipe);
  if (!planned.files.some(({ copy, grows }) => copy || grows)) return recipe;
  const files = planned.files.filter(hasContent).values();
  return recipe.map((piece) => {
    if (piece.kind === 'inline') return piece;
    const file = files.next().value;
    return file ? pieceOf(file, options) : piece;
  });
}

/** A layer type of a plugin may be wrong; here that has a name. */
function checkRecipe(layerType: string, recipe: Recipe): void {
  const wrong = recipe.find((piece) =>
    piece.kind === 'inline' ? !(piece.bytes instanceof Uint8Array) : piece.kind !== 'file' || !(piece.size >= 0),
  );
  if (wrong === undefined) return;
  throw new KitwrightError(
    'plugin-failed',
    `The layer type ${layerType} makes a piece of the kind ${JSON.stringify(wrong.kind)} that is none: a piece is { kind: 'inline', bytes } or { kind: 'file', path, offset, size }.`,
  );
}

/**
 * Contents are kept by the files that they are of: another number of slices would mix them up. Without any the layer
 * type makes all bytes itself.
 */
function checkSlices({ entry: { layerType, path }, files }: PlannedLayer, recipe: Recipe): void {
  const slices = recipe.filter(({ kind }) => kind === 'file').length;
  const wanted = files.filter(hasContent).length;
  if (slices === 0 || slices === wanted) return;
  throw new KitwrightError(
    'plugin-failed',
    `The layer type ${layerType} gives ${slices} slices of files for ${path}, where ${wanted} files are not empty.`,
    { data: { layerType, path } },
  );
}

/** How often progress is reported, in ms. */
const progressInterval = 200;

/** Runs a job of the pool with progress and cancellation. */
export function withProgress<T>(
  { progress, signal }: Pick<LayerBuildOptions, 'progress' | 'signal'>,
  bytes: number,
  run: (meter: Meter) => Promise<T>,
): Promise<T> {
  return withMeter(signal, async (meter) => {
    const timer = setInterval(() => progress(Math.min(meter.bytes(), bytes), bytes), progressInterval);
    try {
      return await run(meter);
    } finally {
      clearInterval(timer);
    }
  });
}

export function asDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new KitwrightError('internal-error', `A worker answered ${JSON.stringify(text)} for a digest.`);
}

export function sameHash(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}
