import { KitwrightError } from '../errors/KitwrightError.ts';
import { checkNames, knownNames } from './checkNames.ts';
import { jsonText } from './jsonText.ts';
import { isIndexType, isManifestType } from './mediaTypes.ts';
import { isObject, type JsonObject } from './parseJsonObject.ts';

/**
 * Refuses a document that one reader takes for a manifest and another for an index: one whose media type differs from
 * its descriptor's (or the registry's), that has both `layers` and `manifests` (CVE-2021-41190), or names in letters that
 * some readers take for others. Throws `kit-malformed`.
 */
export function checkKind(json: JsonObject, mediaType: string): void {
  checkAllNames(json);
  const { mediaType: own, config, layers, manifests } = json;
  const [isManifest, isIndex] = [(config ?? layers ?? null) !== null, (manifests ?? null) !== null];
  if (isManifest && isIndex) throw refuse('it has layers and manifests');
  const claimed = kindOf(mediaType);
  if (own !== undefined && (typeof own !== 'string' || (claimed && kindOf(own) !== claimed)))
    throw refuse(`it says that it is ${jsonText(own)}, and not ${jsonText(mediaType)}`);
  if ((isManifest && claimed === 'index') || (isIndex && claimed === 'manifest'))
    throw refuse(`it is no ${jsonText(mediaType)}`);
}

/** Of manifests and indexes, and of descriptors (image-spec 1.1, manifest.md, image-index.md, descriptor.md). */
const documentNames = knownNames(
  ...['schemaVersion', 'mediaType', 'artifactType', 'config', 'layers', 'manifests', 'subject', 'annotations'],
);
const descriptorNames = knownNames(
  ...['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'platform', 'artifactType'],
);

function checkAllNames(json: JsonObject): void {
  checkNames(json, documentNames, 'manifest');
  const { config, subject, layers, manifests } = json;
  for (const descriptor of [config, subject, layers, manifests].flat())
    if (isObject(descriptor)) checkNames(descriptor, descriptorNames, 'descriptor');
}

type Kind = 'manifest' | 'index';

function kindOf(mediaType: string): Kind | undefined {
  if (!isManifestType(mediaType)) return undefined;
  return isIndexType(mediaType) ? 'index' : 'manifest';
}

function refuse(why: string): KitwrightError {
  return new KitwrightError('kit-malformed', `The manifest is not usable: ${why}.`);
}
