import { parseForeignLayer } from './foreignTypes.ts';

/** Media types and artifact types that ModelKits use (facts: KitOps 1.15, OCI image-spec 1.1). */
export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  kitConfig: 'application/vnd.kitops.modelkit.config.v1+json',
  kitArtifact: 'application/vnd.kitops.modelkit.manifest.v1+json',
  kitIndexArtifact: 'application/vnd.kitops.modelkit.index.v1+json',
  packConfig: 'application/vnd.cncf.model.config.v1+json',
  packArtifact: 'application/vnd.cncf.model.manifest.v1+json',
  /** What an artifact without a config has as its config (image-spec 1.1, manifest.md "Guidance for an Empty Descriptor"). */
  empty: 'application/vnd.oci.empty.v1+json',
  sigstoreBundle: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  /** A layer of an image (image-spec, layer.md); `+gzip` or `+zstd` may follow. */
  imageLayer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

const mediaType = /^[A-Za-z0-9][\w!#$&^.+-]{0,126}\/[A-Za-z0-9][\w!#$&^.+-]{0,126}$/;

/** Is an untrusted text a media type (RFC 6838, 4.2)? */
export function isMediaType(text: string): boolean {
  return mediaType.test(text);
}

const indexTypes: ReadonlySet<string> = new Set([
  mediaTypes.index,
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

/** Does this media type name an index, which lists manifests? */
export function isIndexType(mediaType: string): boolean {
  return indexTypes.has(mediaType);
}

const manifestTypes: ReadonlySet<string> = new Set([
  mediaTypes.manifest,
  'application/vnd.docker.distribution.manifest.v2+json',
  ...indexTypes,
]);

/** Is this the media type of a manifest or an index? Everything else is a blob. */
export function isManifestType(mediaType: string): boolean {
  return manifestTypes.has(mediaType);
}

/** Names of annotations that KitOps, ModelPack, OCI (annotations.md) and Kitwright set on manifests and layers. */
export const annotationNames = {
  cliVersion: 'ml.kitops.modelkit.cli-version',
  kitfile: 'ml.kitops.modelkit.kitfile',
  subtype: 'ml.kitops.modelkit.layer-subtype',
  filePath: 'org.cncf.model.filepath',
  fileMetadata: 'org.cncf.model.file.metadata+json',
  /** The plugin that made a layer which is neither tar nor raw: whoever unpacks it needs that plugin. */
  layerPlugin: 'dev.kitwright.layer-plugin',
  created: 'org.opencontainers.image.created',
  title: 'org.opencontainers.image.title',
  version: 'org.opencontainers.image.version',
  description: 'org.opencontainers.image.description',
  authors: 'org.opencontainers.image.authors',
  licenses: 'org.opencontainers.image.licenses',
  baseName: 'org.opencontainers.image.base.name',
  baseDigest: 'org.opencontainers.image.base.digest',
  indexTag: 'ml.kitops.modelkit.index.tag',
  indexSize: 'ml.kitops.modelkit.index.total-size',
  /**
   * The progress and the metrics of a training when its kit was packed; the name of a metric follows `metricPrefix`.
   */
  step: 'dev.kitwright.step',
  metricPrefix: 'dev.kitwright.metric.',
  /** What is known of the training that made a kit: see `cli/runs`. */
  runPrefix: 'dev.kitwright.run.',
  /** The kit that an image was made of. */
  kitReference: 'dev.kitwright.kit.reference',
  kitDigest: 'dev.kitwright.kit.digest',
  refName: 'org.opencontainers.image.ref.name',
} as const;

/** What a layer holds. `kit` prints these words in its messages. */
export type LayerRole = 'model' | 'modelpart' | 'code' | 'dataset' | 'docs' | 'prompt' | 'mcpb';

export interface LayerMediaType {
  readonly role: LayerRole;
  /** `tar`, `raw`, or the word of a layer type of a plugin. */
  readonly format: string;
  /** The suffix of a compressor (`gzip`, `zstd`), or undefined. */
  readonly compression: string | undefined;
}

const kitops =
  /^application\/vnd\.kitops\.modelkit\.(model|modelpart|code|dataset|docs|mcpb)\.v1\.([a-z0-9-]+)(?:\+([\w.-]+))?$/;
const cncf = /^application\/vnd\.cncf\.model\.(weight|weight\.config|code|dataset|doc)\.v1\.(tar|raw)(?:\+([\w.-]+))?$/;

/** What ModelPack calls a layer (model-spec, spec.md); it has no word for prompts and for bundles of MCP. */
const packWords = {
  model: 'weight',
  modelpart: 'weight.config',
  code: 'code',
  dataset: 'dataset',
  docs: 'doc',
  prompt: 'code',
  mcpb: 'code',
} as const satisfies Readonly<Record<LayerRole, string>>;

/** The first role with a word is the one that it means. */
const packRoles: ReadonlyMap<string, LayerRole> = new Map(
  Object.entries(packWords)
    .map(([role, word]) => [word, role as LayerRole] as const)
    .reverse(),
);

/** Reads a layer's media type in both dialects, and those of models of other tools; undefined for any other type. */
export function parseLayerMediaType(mediaType: string, subtype?: string): LayerMediaType | undefined {
  const ours = kitops.exec(mediaType);
  const theirs = ours ? undefined : cncf.exec(mediaType);
  const match = ours ?? theirs;
  if (!match) return parseForeignLayer(mediaType);
  const role = (ours ? match[1] : packRoles.get(match[1] ?? '')) as LayerRole;
  return {
    role: role === 'code' && subtype === 'prompt' ? 'prompt' : role,
    format: match[2] as string,
    compression: match[3],
  };
}

/** `application/vnd.kitops.modelkit.<role>.v1.<format>[+<suffix>]`; prompts are stored as code. */
export function layerMediaType(role: LayerRole, format: string, suffix?: string): string {
  return `application/vnd.kitops.modelkit.${role === 'prompt' ? 'code' : role}.v1.${format}${suffix ? `+${suffix}` : ''}`;
}

/** `application/vnd.cncf.model.<word>.v1.<format>[+<suffix>]`: the same in a ModelPack. */
export function packMediaType(role: LayerRole, format: string, suffix?: string): string {
  return `application/vnd.cncf.model.${packWords[role]}.v1.${format}${suffix ? `+${suffix}` : ''}`;
}
