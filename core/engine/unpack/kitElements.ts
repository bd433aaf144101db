import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitfile, LayerDigests } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Manifest } from '../oci/manifest.ts';
import { annotationNames, type LayerRole } from '../oci/mediaTypes.ts';

/** An element of a kit that has a layer. */
export interface KitElement {
  readonly role: LayerRole;
  readonly name: string | undefined;
  readonly path: string;
  readonly diffId: string | undefined;
  readonly descriptor: Descriptor;
}

/** The layers of a kit in the order in which `kit` unpacks them. Throws `kit-malformed`. */
export function kitElements(kitfile: Kitfile, manifest: Manifest): readonly KitElement[] {
  const layers = Map.groupBy(manifest.layers, ({ digest }) => digest);
  const all = (role: LayerRole, elements: readonly Named[] | undefined) =>
    (elements ?? []).flatMap((element) => elementOf(role, element, layers));
  return [
    ...all('model', kitfile.model ? [kitfile.model] : []),
    ...all('modelpart', kitfile.model?.parts),
    ...all('dataset', kitfile.datasets),
    ...all('code', kitfile.code),
    ...all('docs', kitfile.docs),
    ...all('prompt', kitfile.prompts),
    ...all('mcpb', kitfile.mcpServers),
  ];
}

type Named = LayerDigests & { readonly name?: string; readonly path?: string };

function elementOf(
  role: LayerRole,
  element: Named,
  known: ReadonlyMap<string, readonly Descriptor[]>,
): readonly KitElement[] {
  if (element.digest === undefined) return [];
  const layers = known.get(element.digest) ?? [];
  // The same bytes under two names are two layers: that of this path, if one says so.
  const descriptor =
    layers.find(({ annotations }) => annotations?.[annotationNames.filePath] === element.path) ?? layers[0];
  if (!descriptor) {
    throw new KitwrightError(
      'kit-malformed',
      `The kit names a ${role} layer ${element.digest} that its manifest does not have.`,
    );
  }
  return [{ role, name: element.name, path: element.path ?? '', diffId: element.diffId, descriptor }];
}
