import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitfile, LayerDigests } from '../kitfile/Kitfile.ts';
import { countUses } from '../layers/countUses.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Manifest } from '../oci/manifest.ts';
import { annotationNames, type LayerRole } from '../oci/mediaTypes.ts';

/** An element of a kit that has a layer. */
export interface KitElement {
  readonly role: LayerRole;
  readonly name: string | undefined;
  readonly path: string;
  readonly diffId: string | undefined;
  readonly descriptor: Descriptor;
  /** How many elements have this layer; 1 by default. */
  readonly uses?: number | undefined;
}

/** The layers of a kit in the order in which `kit` unpacks them. Throws `kit-malformed`. */
export function kitElements(kitfile: Kitfile, manifest: Manifest): readonly KitElement[] {
  const layerOf = findLayers(manifest);
  const all = (role: LayerRole, elements: readonly Named[] | undefined) =>
    (elements ?? []).flatMap((element) => elementOf(role, element, layerOf));
  const elements = [
    ...all('model', kitfile.model ? [kitfile.model] : []),
    ...all('modelpart', kitfile.model?.parts),
    ...all('dataset', kitfile.datasets),
    ...all('code', kitfile.code),
    ...all('docs', kitfile.docs),
    ...all('prompt', kitfile.prompts),
    ...all('mcpb', kitfile.mcpServers),
  ];
  const uses = countUses(
    elements.map(({ descriptor }) => descriptor),
    tooOften,
  );
  return elements.map((element) => ({ ...element, uses: uses.get(element.descriptor.digest) }));
}

type Named = LayerDigests & { readonly name?: string; readonly path?: string };

type FindLayer = (element: Named) => Descriptor | undefined;

/** The same bytes under two names are two layers: that of this path, if one says so. */
function findLayers({ layers }: Manifest): FindLayer {
  const nameOf = (digest: string, path: string | undefined) => `${digest} ${path}`;
  const found = new Map<string, Descriptor>();
  for (const layer of layers)
    for (const name of [layer.digest, nameOf(layer.digest, layer.annotations?.[annotationNames.filePath])])
      if (!found.has(name)) found.set(name, layer);
  return ({ digest = '', path }) => found.get(nameOf(digest, path)) ?? found.get(digest);
}

function elementOf(role: LayerRole, element: Named, layerOf: FindLayer): readonly KitElement[] {
  if (element.digest === undefined) return [];
  const descriptor = layerOf(element);
  if (!descriptor) {
    throw new KitwrightError(
      'kit-malformed',
      `The kit names a ${role} layer ${element.digest} that its manifest does not have.`,
    );
  }
  return [{ role, name: element.name, path: element.path ?? '', diffId: element.diffId, descriptor }];
}

function tooOften(digest: Digest): KitwrightError {
  return new KitwrightError('kit-malformed', `The kit names its layer ${digest} too often.`, { data: { digest } });
}
