import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Manifest } from '../oci/manifest.ts';
import { annotationNames, type LayerRole, parseLayerMediaType } from '../oci/mediaTypes.ts';

/**
 * Makes a Kitfile for a ModelPack without one, from the names of its layers: the first weights are the model, the
 * others its parts.
 */
export function kitfileFromManifest(manifest: Manifest): Kitfile {
  const [model, ...weights] = elementsOf(manifest, ['model']);
  const parts = [...weights, ...elementsOf(manifest, ['modelpart'])];
  return {
    manifestVersion: '1.0.0',
    ...(model ? { model: { ...model, ...list('parts', parts) } } : {}),
    ...list('code', elementsOf(manifest, ['code'])),
    ...list('datasets', elementsOf(manifest, ['dataset'])),
    ...list('docs', elementsOf(manifest, ['docs'])),
  };
}

interface Element {
  readonly path: string;
  readonly digest: string;
}

function elementsOf(manifest: Manifest, roles: readonly LayerRole[]): readonly Element[] {
  return manifest.layers
    .filter(({ mediaType }) => roles.includes(parseLayerMediaType(mediaType)?.role ?? 'prompt'))
    .map((layer) => ({ path: pathOf(layer), digest: layer.digest }));
}

/** Annotations in which other tools store the name of a layer. */
const title = 'org.opencontainers.image.title';

function pathOf({ annotations, digest }: Descriptor): string {
  return annotations?.[annotationNames.filePath] ?? annotations?.[title] ?? digest.replace(':', '-');
}

function list<K extends string>(name: K, elements: readonly Element[]) {
  return (elements.length ? { [name]: elements } : {}) as { readonly [P in K]?: readonly Element[] };
}
