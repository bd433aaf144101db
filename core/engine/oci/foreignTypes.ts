/** What a layer of a model of another tool holds. */
export interface ForeignLayer {
  readonly role: 'model' | 'modelpart' | 'docs';
  readonly format: 'tar' | 'raw';
  readonly compression: undefined;
  /** The file's name where the manifest gives none; without its number, if there are several. */
  readonly fileName: string;
}

const docker = /^application\/vnd\.docker\.ai\.([a-z0-9.]{1,64})$/;

/** Layers of Docker's model artifacts (docker/model-runner 1.2.9, `pkg/distribution/types/config.go`). */
const dockerLayers: Readonly<Record<string, ForeignLayer>> = {
  'gguf.v3': raw('model', 'model.gguf'),
  safetensors: raw('model', 'model.safetensors'),
  dduf: raw('model', 'model.dduf'),
  mmproj: raw('modelpart', 'model.mmproj'),
  'chat.template.jinja': raw('modelpart', 'template.jinja'),
  'model.file': raw('modelpart', 'file'),
  license: raw('docs', 'LICENSE'),
  'vllm.config.tar': { ...raw('modelpart', '.'), format: 'tar' },
  'dir.tar': { ...raw('modelpart', '.'), format: 'tar' },
};

/** Docker wrote its types into ModelPacks before there were types for all formats (`pkg/distribution/modelpack/types.go`). */
const packs = /^application\/vnd\.cncf\.model\.weight\.v1\.(gguf|safetensors)$/;

const ollama = /^application\/vnd\.ollama\.image\.([a-z0-9-]{1,64})$/;

/** Layers of Ollama's manifests (ollama/ollama, `server/images.go`, `manifest/layer.go`): each is a file. */
const ollamaLayers: Readonly<Record<string, ForeignLayer>> = {
  model: raw('model', 'model.gguf'),
  tensor: raw('model', 'tensor.safetensors'),
  projector: raw('modelpart', 'projector.gguf'),
  adapter: raw('modelpart', 'adapter.gguf'),
  draft: raw('modelpart', 'draft.gguf'),
  template: raw('modelpart', 'template.gotmpl'),
  params: raw('modelpart', 'params.json'),
  messages: raw('modelpart', 'messages.json'),
  json: raw('modelpart', 'config.json'),
  system: raw('modelpart', 'system.txt'),
  license: raw('docs', 'LICENSE'),
};

function raw(role: ForeignLayer['role'], fileName: string): ForeignLayer {
  return { role, format: 'raw', compression: undefined, fileName };
}

/** Reads the media type of a layer of Docker's or Ollama's; undefined for any other. */
export function parseForeignLayer(mediaType: string): ForeignLayer | undefined {
  const [, dockers] = docker.exec(mediaType) ?? [];
  if (dockers !== undefined) return own(dockerLayers, dockers);
  const [, ollamas] = ollama.exec(mediaType) ?? [];
  if (ollamas !== undefined) return own(ollamaLayers, ollamas) ?? raw('modelpart', ollamas);
  const [, format] = packs.exec(mediaType) ?? [];
  return format === undefined ? undefined : raw('model', `model.${format}`);
}

function own(table: Readonly<Record<string, ForeignLayer>>, name: string): ForeignLayer | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

const dockerConfig = /^application\/vnd\.docker\.ai\.model\.config\.v0\.\d{1,4}\+json$/;
const imageConfig = 'application/vnd.docker.container.image.v1+json';

/** The tool that made the model of a manifest; undefined for a ModelKit, a ModelPack, and what is no model. */
export function foreignMaker(config: string, layers: readonly string[]): 'docker' | 'ollama' | undefined {
  if (dockerConfig.test(config)) return 'docker';
  return config === imageConfig && layers.some((type) => ollama.test(type)) ? 'ollama' : undefined;
}
