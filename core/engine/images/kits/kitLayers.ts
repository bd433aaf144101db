import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { LoadedKit } from '../../kits/loadKit.ts';
import type { Ancestor } from '../../kits/resolveAncestors.ts';
import { kitElements } from '../../unpack/kitElements.ts';
import { modelOnly, type Selection } from '../../unpack/parseFilters.ts';
import type { KitLayer } from './KitLayer.ts';

/**
 * The layers that an image of a kit holds, in the order in which they are unpacked: the models of the kits to which it
 * refers, then its own. Each once. Throws `image-refused` if there are none, `kit-malformed`.
 */
export function kitLayers(kit: LoadedKit, ancestors: readonly Ancestor[], selection: Selection): readonly KitLayer[] {
  const layers = [
    ...ancestors.flatMap((ancestor) => selected(ancestor.kit, modelOnly(selection))),
    ...selected(kit, selection),
  ];
  if (layers.length === 0)
    throw new KitwrightError('image-refused', 'Nothing of the kit would be in the image: no layer is selected.');
  return [...new Map(layers.map((layer) => [layer.element.descriptor.digest, layer])).values()];
}

function selected({ kitfile, manifest, layerSource }: LoadedKit, { selects }: Selection): readonly KitLayer[] {
  return kitElements(kitfile, manifest)
    .filter(({ role, name, path }) => selects(role, name, path))
    .map((element) => ({ element, source: layerSource }));
}
