import { KitwrightError } from '../errors/KitwrightError.ts';
import type { LayerType } from '../host/capabilities.ts';
import type { PlanEntry } from '../host/nouns.ts';
import { layerMediaType, parseLayerMediaType } from '../oci/mediaTypes.ts';

/**
 * Throws `plugin-failed` if a hook gave an entry a layer type and a media type that do not fit: its layer would be
 * unpacked as what it is not.
 */
export function checkFormat(entry: PlanEntry, { id, format, reads }: LayerType): void {
  const { mediaType, role } = entry;
  const parsed = parseLayerMediaType(mediaType);
  if (!parsed || parsed.format === format || reads?.(mediaType)) return;
  throw new KitwrightError(
    'plugin-failed',
    `A plugin's hook "entry" gave ${entry.id} the layer type ${id}, whose format is ${format}, with the media type ${mediaType}, whose format is ${parsed.format}.`,
    {
      data: { hook: 'entry', layerType: id, mediaType },
      hint: `Set both: layerMediaType(entry.role, "${format}") gives ${layerMediaType(role, format, parsed.compression)}.`,
    },
  );
}
