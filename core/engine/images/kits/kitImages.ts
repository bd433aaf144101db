import { KitwrightError } from '../../errors/KitwrightError.ts';
import { type BytePath, textOf } from '../../files/bytePath.ts';
import type { Kitwright } from '../../host/createKitwright.ts';
import type { Kitfile } from '../../kitfile/Kitfile.ts';
import type { LoadedKit } from '../../kits/loadKit.ts';
import type { Ancestor } from '../../kits/resolveAncestors.ts';
import { annotationNames } from '../../oci/mediaTypes.ts';
import type { Selection } from '../../unpack/parseFilters.ts';
import { createStaging } from '../../unpack/staging.ts';
import { assembleImage } from '../assembleImage.ts';
import { loadBase, type NamedImage } from '../baseImage.ts';
import type { Image, ImageLayer } from '../Image.ts';
import type { LayerCompression } from '../makeLayer.ts';
import type { Platform } from '../platform.ts';
import type { KitLayer } from './KitLayer.ts';
import { kitLayers } from './kitLayers.ts';
import { modelcarLayers } from './modelcarLayers.ts';
import { rawImage } from './rawImage.ts';
import { requireReadable } from './requireReadable.ts';
import { viewLayers } from './viewLayers.ts';
import type { KitLayerOptions } from './withKitLayer.ts';

export type ImageType = 'view' | 'modelcar' | 'raw';

/** What is made of a kit. */
export interface KitImageOptions {
  readonly type: ImageType;
  readonly kit: LoadedKit;
  /** The kits to which it refers. */
  readonly ancestors: readonly Ancestor[];
  readonly selection: Selection;
  /** The name of the kit, for the labels; undefined if its place is nobody's business. */
  readonly reference: string | undefined;
  readonly platforms: readonly Platform[];
  /** Of a modelcar. */
  readonly base?: NamedImage | undefined;
  readonly compression: LayerCompression;
  /** Where the files of a modelcar go, or the link of a view: without a slash at its beginning. */
  readonly folder: BytePath;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339; the time of the kit by default. */
  readonly created?: string | undefined;
  /** A folder for layers that are fetched or compressed. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/** The images of a kit, one for each platform, and what is common to them. They can be pushed until they are disposed. */
export interface KitImages extends Disposable {
  readonly images: readonly Image[];
  /** Of an index of them. */
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Makes images of a kit; nothing is pushed yet. The same kit, base and settings give the same bytes. Throws
 * `image-refused`, `unpack-refused`, `kit-malformed`, `descriptor-mismatch`, `compression-unknown`, `layer-format-unknown`.
 */
export async function kitImages(
  { pool, capabilities, event }: Kitwright,
  options: KitImageOptions,
): Promise<KitImages> {
  const { kit, ancestors, selection, signal } = options;
  using held = new DisposableStack();
  const scratch = held.use(createStaging(options.scratch));
  const common = commonOf(options);
  const layers = kitLayers(kit, ancestors, selection);
  const path = textOf(scratch.path);
  const images = await imagesOf(layers, options, common, {
    pool,
    capabilities,
    event,
    scratch: path,
    signal,
  }).catch((error: unknown) => {
    throw withPlace(error, path, options.scratch);
  });
  const kept = held.move();
  return { images, annotations: common.annotations, [Symbol.dispose]: () => kept[Symbol.dispose]() };
}

/** The folder is opened, and its path is none that a user knows. */
function withPlace(error: unknown, path: string, shown: string): unknown {
  if (!(error instanceof KitwrightError) || !error.message.includes(path)) return error;
  const { code, message, data, cause } = error;
  return new KitwrightError(code, message.replaceAll(path, shown), { data, cause });
}

type Opening = KitLayerOptions & Pick<Kitwright, 'event'>;

async function imagesOf(
  layers: readonly KitLayer[],
  options: KitImageOptions,
  { annotations, labels, created }: Common,
  opening: Opening,
): Promise<readonly Image[]> {
  const { type, kit, base, platforms } = options;
  if (type === 'raw') return [await rawImage(layers, { ...opening, kitfile: kit.kitfile, created, annotations })];
  const bases = base && (await Promise.all(platforms.map((platform) => loadBase(base, platform))));
  if (base && bases) requireReadable(base.name, bases);
  const made = await layersOf(layers, options, opening);
  return platforms.map((platform, i) =>
    assembleImage({ platform, base: bases?.[i], layers: made, settings: { labels }, annotations, created }),
  );
}

function layersOf(
  layers: readonly KitLayer[],
  { type, folder, compression }: KitImageOptions,
  opening: Opening,
): Promise<readonly ImageLayer[]> {
  return type === 'view'
    ? viewLayers(layers, { ...opening, link: folder })
    : modelcarLayers(layers, { ...opening, folder, compression });
}

interface Common {
  readonly created: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** What an image says of itself: which kit it was made of, what the Kitfile says, and what the user wants it to say. */
function commonOf({ kit, reference, created: given, labels, annotations }: KitImageOptions): Common {
  const created = given ?? timeOf(kit);
  const known = {
    ...(reference === undefined ? {} : { [annotationNames.kitReference]: reference }),
    [annotationNames.kitDigest]: kit.descriptor.digest,
    ...packageAnnotations(kit.kitfile),
  };
  const time = created === undefined ? {} : { [annotationNames.created]: created };
  return { created, labels: { ...known, ...labels }, annotations: { ...time, ...known, ...annotations } };
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

function timeOf({ manifest }: LoadedKit): string | undefined {
  const time = manifest.annotations[annotationNames.created];
  return time !== undefined && rfc3339.test(time) && !Number.isNaN(Date.parse(time)) ? time : undefined;
}

function packageAnnotations({ package: pkg }: Kitfile): Readonly<Record<string, string>> {
  const said = {
    [annotationNames.title]: pkg?.name,
    [annotationNames.version]: pkg?.version,
    [annotationNames.description]: pkg?.description,
    [annotationNames.authors]: pkg?.authors?.join(', '),
    [annotationNames.licenses]: pkg?.license,
  };
  return Object.fromEntries(Object.entries(said).filter((entry): entry is [string, string] => !!entry[1]));
}
