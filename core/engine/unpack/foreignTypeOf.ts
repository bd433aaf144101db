import { KitwrightError } from '../errors/KitwrightError.ts';
import type { LayerType } from '../host/capabilities.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import { layerTypeFor } from '../host/layerTypeFor.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { annotationNames, parseLayerMediaType } from '../oci/mediaTypes.ts';

/**
 * The layer type that reads a layer which is neither tar nor raw; undefined for those two. Throws `layer-format-unknown`
 * and names the plugin that is missing.
 */
export function foreignTypeOf(descriptor: Descriptor, capabilities: CapabilitySet): LayerType | undefined {
  const format = parseLayerMediaType(descriptor.mediaType)?.format;
  if (format === 'tar' || format === 'raw') return undefined;
  const type = layerTypeFor(descriptor.mediaType, capabilities);
  if (type) return type;
  const plugin = descriptor.annotations?.[annotationNames.layerPlugin];
  throw new KitwrightError(
    'layer-format-unknown',
    `No plugin here reads layers of the type ${descriptor.mediaType}${plugin === undefined ? '' : `: that is the plugin ${plugin}`}.`,
    {
      data: { mediaType: descriptor.mediaType, digest: descriptor.digest, ...(plugin === undefined ? {} : { plugin }) },
      hint:
        plugin === undefined
          ? 'Ask whoever made the kit for the plugin of this layer type.'
          : `If you trust it, install the package ${plugin} and name it under "plugins" in your config.`,
    },
  );
}
