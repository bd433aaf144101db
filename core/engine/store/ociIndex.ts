import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { digestIn } from '../oci/digest.ts';
import { parseDescriptor } from '../oci/manifest.ts';
import { annotationNames, mediaTypes } from '../oci/mediaTypes.ts';
import { isObject, maxJsonSize, parseJsonObject } from '../oci/parseJsonObject.ts';
import { isTag } from '../oci/reference.ts';

/** `index.json` of an OCI image layout: what is in it, and under which name. */
export type OciIndex = readonly Descriptor[];

/** The bytes of `oci-layout` (image-spec, image-layout.md). */
export const layoutMarker = '{"imageLayoutVersion":"1.0.0"}';

/** Reads an index from outside; `path` is its name in errors. Throws `kit-malformed`. */
export function parseOciIndex(bytes: Uint8Array, path: string): OciIndex {
  const { manifests } = parseJsonObject(bytes, `index ${path}`);
  return (Array.isArray(manifests) ? manifests : []).filter(isObject).map(parseDescriptor);
}

/** The text of `index.json`. Throws `store-failed` for more than can be read. */
export function ociIndexText(manifests: readonly unknown[]): string {
  const text = `${JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests })}\n`;
  if (Buffer.byteLength(text) <= maxJsonSize) return text;
  throw new KitwrightError('store-failed', `A list of ${manifests.length} kits would be too large to be read.`, {
    data: { limit: maxJsonSize },
    hint: 'Remove kits that are not needed, or put these into another place.',
  });
}

/** Where the entries of an index are, by name and by digest: the first of each. */
interface Positions {
  readonly names: ReadonlyMap<string | undefined, number>;
  readonly digests: ReadonlyMap<string, number>;
}

const known = new WeakMap<OciIndex, Positions>();

/** An archive may name a hundred thousand kits, each of which is looked up: the index is gone through once. */
function positionsIn(index: OciIndex): Positions {
  const before = known.get(index);
  if (before) return before;
  const firstOf = <K>(keys: readonly K[]) => new Map(keys.map((key, i) => [key, i] as const).toReversed());
  const positions = { names: firstOf(index.map(nameOf)), digests: firstOf(index.map(({ digest }) => digest)) };
  known.set(index, positions);
  return positions;
}

/**
 * Finds an entry by tag, by `repository:tag`, or by digest. A name that has a digest stands for that one alone: whoever wrote
 * the index could name any kit so.
 */
export function resolveInIndex(index: OciIndex, repository: string, reference: string): Descriptor | undefined {
  const { names, digests } = positionsIn(index);
  const wanted = digestIn(reference);
  const byName = [names.get(reference), names.get(`${repository}:${reference}`)].filter(
    (at) => at !== undefined && (wanted === undefined || index[at]?.digest === wanted),
  ) as number[];
  const at = byName.length ? Math.min(...byName) : digests.get(reference);
  const found = at === undefined ? undefined : index[at];
  return found && bare(found);
}

/** The tags in an index, in its order. Names that are no tags are left out. */
export async function* tagsInIndex(index: OciIndex): AsyncGenerator<string> {
  for (const entry of index) {
    const name = nameOf(entry);
    if (name !== undefined && isTag(name)) yield name;
  }
}

/** All names in an index, in its order. */
export function namesInIndex(index: OciIndex): readonly string[] {
  return index.flatMap((entry) => nameOf(entry) ?? []);
}

function nameOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[annotationNames.refName];
}

function bare({ mediaType, digest, size, artifactType }: Descriptor): Descriptor {
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
  };
}

/** Gives an entry a name, which moves; without one it is just there. */
export function tagInIndex(index: OciIndex, descriptor: Descriptor, tag: string | undefined): OciIndex {
  if (tag === undefined && index.some(({ digest }) => digest === descriptor.digest)) return index;
  const others = index.filter(
    (entry) =>
      !(tag !== undefined && nameOf(entry) === tag) &&
      !(entry.digest === descriptor.digest && nameOf(entry) === undefined),
  );
  const annotations = tag === undefined ? {} : { annotations: { [annotationNames.refName]: tag } };
  return [...others, { ...bare(descriptor), ...annotations }];
}

/** Takes every entry of a manifest out. */
export function withoutManifest(index: OciIndex, { digest }: Descriptor): OciIndex {
  return index.filter((entry) => entry.digest !== digest);
}

/** Those of the tags that the index has. */
export function knownTags(index: OciIndex, tags: readonly string[]): readonly string[] {
  const { names } = positionsIn(index);
  return tags.filter((tag) => names.has(tag));
}

/** Takes a name away; the entry stays, without a name unless it has another one. */
export function untagInIndex(index: OciIndex, tag: string): OciIndex {
  const named = index.find((entry) => nameOf(entry) === tag);
  const others = index.filter((entry) => entry !== named);
  return named ? tagInIndex(others, named, undefined) : index;
}
