import { parseLayerMediaType } from '../oci/mediaTypes.ts';
import type { LayerType } from './capabilities.ts';
import type { CapabilitySet } from './createCapabilities.ts';

/** The layer type of a plugin that can unpack layers of this media type. */
export function layerTypeFor(mediaType: string, capabilities: CapabilitySet): LayerType | undefined {
  const format = parseLayerMediaType(mediaType)?.format;
  const reads = (type: LayerType) => type.reads?.(mediaType) ?? type.format === format;
  return capabilities.all('layerType').find((type) => type.unpack !== undefined && reads(type));
}
