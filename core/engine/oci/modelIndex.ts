import type { JsonValue } from '../errors/JsonValue.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { checkKind } from './checkKind.ts';
import { type Descriptor, descriptorOf } from './descriptor.ts';
import { Fields, goJson } from './goJson.ts';
import { jsonText, plainText } from './jsonText.ts';
import { parseAnnotations, parseDescriptor } from './manifest.ts';
import { annotationNames, mediaTypes } from './mediaTypes.ts';
import { isObject } from './parseJsonObject.ts';
import { isTag } from './reference.ts';
import { isReferrersTag } from './referrerTags.ts';
import { strictJson } from './strictJson.ts';

/** An OCI image index of ModelKits in the same repository (facts: KitOps 1.17, `index`). */
export interface ModelIndex {
  readonly entries: readonly IndexEntry[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** One kit of an index. */
export interface IndexEntry {
  /** The kit's manifest, with the annotations of the entry. */
  readonly descriptor: Descriptor;
  readonly labels: Labels;
}

/** What distinguishes the kits of an index, e.g. `{ quantization: "q4", bits: 4 }`. */
export type Labels = Readonly<Record<string, JsonValue>>;

export const emptyIndex: ModelIndex = { entries: [], annotations: {} };

/** Throws `kit-malformed`, or `index-invalid` for an index of other artifacts. */
export function parseModelIndex(bytes: Uint8Array): ModelIndex {
  const json = strictJson(bytes, 'index');
  checkKind(json, mediaTypes.index);
  const { artifactType, manifests, annotations } = json;
  if (artifactType !== mediaTypes.kitIndexArtifact) throw invalid(`its artifact type is ${plainText(artifactType)}`);
  if (manifests !== undefined && manifests !== null && !Array.isArray(manifests)) throw invalid('it has no list');
  return { entries: (manifests ?? []).map(parseEntry), annotations: parseAnnotations(annotations) };
}

function invalid(why: string): KitwrightError {
  return new KitwrightError('index-invalid', `This is no index of ModelKits: ${why}.`);
}

function parseEntry(value: unknown): IndexEntry {
  const descriptor = parseDescriptor(value);
  const tag = descriptor.annotations?.[annotationNames.indexTag];
  if (tag !== undefined && (!isTag(tag) || isReferrersTag(tag))) throw invalid(`${jsonText(tag)} is no tag`);
  return {
    descriptor,
    labels: parseLabels(isObject(value) ? value['modelMetadata'] : undefined),
  };
}

function parseLabels(value: unknown): Labels {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw invalid('the labels of a kit are no object');
  return value as Labels;
}

/** The bytes of an index: the same entries give the same bytes. */
export function modelIndexBytes({ entries, annotations }: ModelIndex): Uint8Array {
  return Buffer.from(
    goJson(
      new Fields([
        ['schemaVersion', 2],
        ['mediaType', mediaTypes.index],
        ['artifactType', mediaTypes.kitIndexArtifact],
        ['manifests', entries.map(entryFields)],
        ['annotations', filled(annotations)],
      ]),
    ),
  );
}

function entryFields({ descriptor, labels }: IndexEntry): Fields {
  return new Fields([
    ['mediaType', descriptor.mediaType],
    ['digest', descriptor.digest],
    ['size', descriptor.size],
    ['annotations', descriptor.annotations && filled(descriptor.annotations)],
    ['artifactType', descriptor.artifactType],
    ['modelMetadata', filled(labels)],
  ]);
}

function filled<T extends object>(value: T): T | undefined {
  return Object.keys(value).length ? value : undefined;
}

export function modelIndexDescriptor(bytes: Uint8Array): Descriptor {
  return {
    ...descriptorOf(mediaTypes.index, bytes),
    artifactType: mediaTypes.kitIndexArtifact,
  };
}

/** The tag that a kit had when it was added. */
export function tagOfEntry({ descriptor }: IndexEntry): string | undefined {
  return descriptor.annotations?.[annotationNames.indexTag];
}

/** The recorded size of the kit's layers in bytes; undefined if there is none. */
export function sizeOfEntry({ descriptor }: IndexEntry): number | undefined {
  const size = Number(descriptor.annotations?.[annotationNames.indexSize] ?? Number.NaN);
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

/** Adds a kit; if the index has it already, its labels and annotations are replaced. */
export function withEntry(index: ModelIndex, entry: IndexEntry): ModelIndex {
  const at = index.entries.findIndex(({ descriptor }) => descriptor.digest === entry.descriptor.digest);
  return { ...index, entries: at < 0 ? [...index.entries, entry] : index.entries.with(at, entry) };
}
