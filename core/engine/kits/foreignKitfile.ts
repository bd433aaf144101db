import type { JsonValue } from '../errors/JsonValue.ts';
import type { Kitfile, ModelPart } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isDigest } from '../oci/digest.ts';
import { parseForeignLayer } from '../oci/foreignTypes.ts';
import { plainText } from '../oci/jsonText.ts';
import { type Manifest, makerOf } from '../oci/manifest.ts';
import { annotationNames } from '../oci/mediaTypes.ts';
import { isObject, type JsonObject } from '../oci/parseJsonObject.ts';
import { strictJson } from '../oci/strictJson.ts';

/**
 * Makes a Kitfile for a model that Docker or Ollama packed, from its manifest and its config: the first weights are the
 * model, everything else but licences its parts.
 */
export function foreignKitfile(manifest: Manifest, json: JsonObject): Kitfile {
  const elements = elementsOf(manifest, makerOf(manifest) === 'docker' ? diffIdsOf(json, manifest) : []);
  const { format, parameters } = makerOf(manifest) === 'docker' ? dockerFacts(json) : ollamaFacts(json);
  const [weights, others, docs] = (['model', 'modelpart', 'docs'] as const).map((role) =>
    elements.flatMap((element) => (element.role === role ? [element.part] : [])),
  ) as [Part[], Part[], Part[]];
  const [model, ...more] = weights;
  const parts = [...more, ...others];
  const facts = { ...(format ? { format } : {}), ...list('parts', parts), ...(parameters ? { parameters } : {}) };
  return {
    manifestVersion: '1.0.0',
    ...(model || parts.length ? { model: { ...model, ...facts } } : {}),
    ...list('docs', docs),
  };
}

/** The config of such a model. Throws `kit-malformed`. */
export function foreignConfig(bytes: Uint8Array): JsonObject {
  return strictJson(bytes, 'config');
}

type Part = Pick<ModelPart, 'path' | 'digest' | 'diffId'>;

interface Element {
  readonly role: 'model' | 'modelpart' | 'docs';
  readonly part: Part;
}

/** Every layer is an element, so that one of an unknown type is named when the kit is unpacked. */
function elementsOf({ layers }: Manifest, diffIds: readonly string[]): readonly Element[] {
  const nameOf = uniqueNames(layers);
  return layers.map((layer, i) => {
    const diffId = diffIds[i];
    const part = { path: nameOf(layer), digest: layer.digest, ...(diffId === undefined ? {} : { diffId }) };
    return { role: parseForeignLayer(layer.mediaType)?.role ?? 'modelpart', part };
  });
}

/**
 * The name that the manifest gives a layer, else that of its kind; the second layer of a kind has a number. A name that
 * a manifest gives is checked when the file is written.
 */
function uniqueNames(layers: readonly Descriptor[]): (layer: Descriptor) => string {
  const counts = new Map<string, number>();
  const given = new Set(layers.map(givenName));
  const ofKind = Map.groupBy(
    layers.filter((layer) => givenName(layer) === undefined),
    kindOf,
  );
  return (layer) => {
    const name = givenName(layer);
    if (name !== undefined) return name;
    const kind = kindOf(layer);
    if (kind === '.') return kind;
    for (;;) {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      const numbered = numberedName(kind, count, ofKind.get(kind)?.length ?? 1);
      if (!given.has(numbered)) return numbered;
    }
  };
}

function kindOf({ mediaType, digest }: Descriptor): string {
  return parseForeignLayer(mediaType)?.fileName ?? digest.replace(':', '-');
}

/** Weights in several files are named as `docker model` unpacks them, other files get a number. */
function numberedName(kind: string, count: number, of: number): string {
  if (of === 1 && count === 1) return kind;
  const [, stem = kind, end = ''] = /^(.+?)(\.[a-z]+)?$/.exec(kind) ?? [];
  if (kind.startsWith('model.')) return `${stem}-${five(count)}-of-${five(of)}${end}`;
  return count === 1 ? kind : `${stem}-${count}${end}`;
}

function five(count: number): string {
  return String(count).padStart(5, '0');
}

/** A tensor of Ollama is a safetensors file of its own; a path of Docker's is where the layer's file was. */
function givenName({ mediaType, annotations, name }: Descriptor): string | undefined {
  const { format, fileName } = parseForeignLayer(mediaType) ?? {};
  if (format === 'tar') return '.';
  const given = name || annotations?.[annotationNames.filePath] || annotations?.[annotationNames.title];
  if (!given) return undefined;
  return fileName === 'tensor.safetensors' && !given.endsWith('.safetensors') ? `${given}.safetensors` : given;
}

function list<K extends string>(name: K, elements: readonly Part[]) {
  return (elements.length ? { [name]: elements } : {}) as { readonly [P in K]?: readonly Part[] };
}

interface Facts {
  readonly format: string | undefined;
  readonly parameters: JsonValue | undefined;
}

/** `rootfs.diff_ids` of the config, if they are those of the layers: what they promise is checked while unpacking. */
function diffIdsOf({ rootfs }: JsonObject, { layers }: Manifest): readonly string[] {
  const ids = isObject(rootfs) ? rootfs['diff_ids'] : undefined;
  const isUsable = Array.isArray(ids) && ids.length === layers.length && ids.every((id) => isDigest(plainText(id)));
  return isUsable ? ids.map(plainText) : [];
}

/** Docker's config (`pkg/distribution/types/config.go`). */
function dockerFacts({ config }: JsonObject): Facts {
  const { format, ...facts } = isObject(config) ? config : {};
  const names = ['architecture', 'parameters', 'quantization', 'size', 'context_size'];
  return { format: textOf(format), parameters: chosen(facts, names) };
}

/** Ollama's config (`types/model/config.go`). */
function ollamaFacts(json: JsonObject): Facts {
  const names = ['model_family', 'model_type', 'file_type', 'context_length', 'base_name', 'renderer', 'parser'];
  return { format: textOf(json['model_format']), parameters: chosen(json, names) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Texts and numbers of these names. */
function chosen(json: JsonObject, names: readonly string[]): JsonValue | undefined {
  const entries = names.flatMap((name) => {
    const value = json[name];
    const isNumber = typeof value === 'number' && Number.isFinite(value) && value !== 0;
    return textOf(value) !== undefined || isNumber ? [[name, value as string | number] as const] : [];
  });
  return entries.length ? Object.fromEntries(entries) : undefined;
}
