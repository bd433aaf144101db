import { KitwrightError } from '../errors/KitwrightError.ts';
import { checkKind } from './checkKind.ts';
import type { Descriptor } from './descriptor.ts';
import { isDigest } from './digest.ts';
import { foreignMaker } from './foreignTypes.ts';
import { Fields, goJson, type JsonNode } from './goJson.ts';
import { jsonText, plainText } from './jsonText.ts';
import { mediaTypes } from './mediaTypes.ts';
import { isObject, type JsonObject } from './parseJsonObject.ts';
import { strictJson } from './strictJson.ts';

/** An OCI image manifest that carries a ModelKit (image-spec, manifest.md). */
export interface Manifest {
  /** Docker's, where it is not OCI's. */
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** The manifest as ordered fields; `kit` writes `null` where there are no layers. */
export function manifestFields(manifest: Manifest): JsonNode {
  return new Fields([
    ['schemaVersion', 2],
    ['mediaType', manifest.mediaType ?? mediaTypes.manifest],
    ['artifactType', manifest.artifactType],
    ['config', descriptorFields(manifest.config)],
    ['layers', manifest.layers.length ? manifest.layers.map(descriptorFields) : null],
    ['annotations', manifest.annotations],
  ]);
}

/** A descriptor as ordered fields. */
export function descriptorFields(descriptor: Descriptor): Fields {
  return new Fields([
    ['mediaType', descriptor.mediaType],
    ['digest', descriptor.digest],
    ['size', descriptor.size],
    ['annotations', descriptor.annotations],
    ['artifactType', descriptor.artifactType],
    ['name', descriptor.name],
  ]);
}

export function manifestBytes(manifest: Manifest): Uint8Array {
  return Buffer.from(goJson(manifestFields(manifest)));
}

/** Reads annotations; a value that is not text is converted to text. Throws `kit-malformed`. */
export function parseAnnotations(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw malformed('its annotations are no object');
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, plainText(text)]));
}

function malformed(why: string): KitwrightError {
  return new KitwrightError('kit-malformed', `The manifest is not usable: ${why}.`);
}

/** Reads one untrusted descriptor. Throws `kit-malformed`. */
export function parseDescriptor(value: unknown): Descriptor {
  if (!isObject(value)) throw malformed('a descriptor is no object');
  const { mediaType, digest, size } = value;
  if (typeof mediaType !== 'string') throw malformed('a descriptor has no media type');
  if (typeof digest !== 'string' || !isDigest(digest)) throw malformed(`${jsonText(digest)} is no SHA-256 digest`);
  if (!Number.isSafeInteger(size) || (size as number) < 0) throw malformed(`the size of ${digest} is no whole number`);
  const annotations = value['annotations'] ? { annotations: parseAnnotations(value['annotations']) } : {};
  const artifactType = typeof value['artifactType'] === 'string' ? { artifactType: value['artifactType'] } : {};
  const name = typeof value['name'] === 'string' ? { name: value['name'] } : {};
  return { mediaType, digest, size: size as number, ...annotations, ...artifactType, ...name };
}

/** Parses a manifest that is described as `mediaType`. Throws `kit-malformed`. */
export function parseManifest(bytes: Uint8Array, mediaType: string): Manifest {
  const json = strictJson(bytes, 'manifest');
  checkKind(json, mediaType);
  return fromJson(json);
}

function fromJson(json: JsonObject): Manifest {
  return {
    ...(json['mediaType'] === dockerManifest ? { mediaType: dockerManifest } : {}),
    ...(typeof json['artifactType'] === 'string' ? { artifactType: json['artifactType'] } : {}),
    config: parseDescriptor(json['config']),
    layers: parseLayers(json['layers']),
    annotations: parseAnnotations(json['annotations']),
  };
}

const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';

function parseLayers(value: unknown): readonly Descriptor[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed('its layers are no list');
  return value.map(parseDescriptor);
}

const kitArtifacts: ReadonlySet<string> = new Set([mediaTypes.kitArtifact, mediaTypes.packArtifact]);
const kitConfigs: ReadonlySet<string> = new Set([mediaTypes.kitConfig, mediaTypes.packConfig]);

/** A manifest is a kit if its artifact type or its config's media type says so; models of other tools are read as kits. */
export function isKitManifest(manifest: Manifest): boolean {
  const isOurs = kitArtifacts.has(manifest.artifactType ?? '') || kitConfigs.has(manifest.config.mediaType);
  return isOurs || makerOf(manifest) !== undefined;
}

/** The tool that made the model of a manifest; undefined for kits, and for what is no model. */
export function makerOf({ config, layers }: Manifest): 'docker' | 'ollama' | undefined {
  return foreignMaker(
    config.mediaType,
    layers.map(({ mediaType }) => mediaType),
  );
}
