import { KitwrightError } from '../errors/KitwrightError.ts';
import { jsonText } from './jsonText.ts';
import { isIndexType, isManifestType } from './mediaTypes.ts';
import type { JsonObject } from './parseJsonObject.ts';

/**
 * Refuses a document that one reader takes for a manifest and another for an index: one whose media type differs from
 * its descriptor's (or the registry's), or that has both `layers` and `manifests` (CVE-2021-41190). Throws
 * `kit-malformed`.
 */
export function checkKind(json: JsonObject, mediaType: string): void {
  const { mediaType: own, config, layers, manifests } = json;
  const [isManifest, isIndex] = [(config ?? layers ?? null) !== null, (manifests ?? null) !== null];
  if (isManifest && isIndex) throw refuse('it has layers and manifests');
  const claimed = kindOf(mediaType);
  if (own !== undefined && (typeof own !== 'string' || (claimed && kindOf(own) !== claimed)))
    throw refuse(`it says that it is ${jsonText(own)}, and not ${jsonText(mediaType)}`);
  if ((isManifest && claimed === 'index') || (isIndex && claimed === 'manifest'))
    throw refuse(`it is no ${jsonText(mediaType)}`);
}

type Kind = 'manifest' | 'index';

function kindOf(mediaType: string): Kind | undefined {
  if (!isManifestType(mediaType)) return undefined;
  return isIndexType(mediaType) ? 'index' : 'manifest';
}

function refuse(why: string): KitwrightError {
  return new KitwrightError('kit-malformed', `The manifest is not usable: ${why}.`);
}
