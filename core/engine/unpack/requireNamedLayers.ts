import { KitwrightError } from '../errors/KitwrightError.ts';
import { displayPath } from '../files/displayPath.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { LoadedKit } from '../kits/loadKit.ts';
import { parseLayerMediaType } from '../oci/mediaTypes.ts';
import { kitElements } from './kitElements.ts';
import type { Selection } from './parseFilters.ts';

/** Types that are shown. */
const mostShown = 5;

/**
 * Refuses a kit with selected layers that its config does not name by digest, as the first versions of `kit` made them:
 * without them it would look unpacked. Layers of types that are in no kit give a warning. Throws `kit-malformed`.
 */
export function requireNamedLayers(
  { diagnostic }: Kitwright,
  { kitfile, manifest, descriptor }: LoadedKit,
  selection: Selection,
): void {
  const named = new Set<string>(kitElements(kitfile, manifest).map((element) => element.descriptor.digest));
  const others = manifest.layers
    .filter(({ digest }) => !named.has(digest))
    .map(({ digest, mediaType }) => ({ digest, mediaType, role: parseLayerMediaType(mediaType)?.role }));
  const [lost] = others.filter(({ role }) => role && selection.selects(role, undefined, ''));
  if (lost)
    throw new KitwrightError(
      'kit-malformed',
      `The kit has a ${lost.role} layer ${lost.digest} that its config does not name.`,
      {
        data: { digest: descriptor.digest, layer: lost.digest },
        hint: 'The first versions of kit made such kits: pack it again, or choose what else it has with --filter.',
      },
    );
  const foreign = [...new Set(others.flatMap(({ role, mediaType }) => (role ? [] : [mediaType])))];
  if (!foreign.length || !selection.kitfile) return;
  const shown = foreign.slice(0, mostShown).map(displayPath).join(', ');
  const message = `Layers of types that no kit has are not unpacked: ${shown}.`;
  diagnostic({ level: 'warning', message });
}
