import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../oci/digest.ts';
import { isKitManifest, parseManifest } from '../oci/manifest.ts';
import { foreignConfig, foreignKitfile } from './foreignKitfile.ts';

interface GivenLayer {
  readonly type: string;
  readonly name?: string;
  readonly path?: string;
}

const manifestOf = (config: string, layers: readonly GivenLayer[]) => {
  const described = layers.map(({ type, name, path }, i) => ({
    mediaType: type,
    digest: digestOf(String(i)),
    size: 1,
    ...(name === undefined ? {} : { name }),
    ...(path === undefined ? {} : { annotations: { 'org.cncf.model.filepath': path } }),
  }));
  const json = {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: { mediaType: config, digest: digestOf('c'), size: 2 },
    layers: described,
  };
  return parseManifest(Buffer.from(JSON.stringify(json)), json.mediaType);
};

const pathsOf = (config: string, layers: readonly GivenLayer[], facts: object = {}) => {
  const manifest = manifestOf(config, layers);
  assert.ok(isKitManifest(manifest));
  const { model, docs = [] } = foreignKitfile(manifest, foreignConfig(Buffer.from(JSON.stringify(facts))));
  const { path, parts = [], format, parameters } = model ?? {};
  return {
    paths: [path, ...parts.map((part) => part.path)],
    docs: docs.map((element) => element.path),
    format,
    parameters,
  };
};

const ollamaConfig = 'application/vnd.docker.container.image.v1+json';
const ollama = (word: string, name?: string) => ({
  type: `application/vnd.ollama.image.${word}`,
  ...(name === undefined ? {} : { name }),
});
const dockerConfig = 'application/vnd.docker.ai.model.config.v0.1+json';
const docker = (word: string, path?: string) => ({
  type: `application/vnd.docker.ai.${word}`,
  ...(path === undefined ? {} : { path }),
});

test('a model of Ollama with a layer for each kind', () => {
  const words = ['model', 'template', 'license', 'license', 'params', 'system', 'adapter', 'projector', 'messages'];
  const facts = { model_format: 'gguf', model_family: 'llama', model_type: '8.0B', file_type: 'Q4_0', rootfs: {} };
  assert.deepEqual(
    pathsOf(
      ollamaConfig,
      words.map((word) => ollama(word)),
      facts,
    ),
    {
      paths: [
        'model.gguf',
        'template.gotmpl',
        'params.json',
        'system.txt',
        'adapter.gguf',
        'projector.gguf',
        'messages.json',
      ],
      docs: ['LICENSE', 'LICENSE-2'],
      format: 'gguf',
      parameters: { model_family: 'llama', model_type: '8.0B', file_type: 'Q4_0' },
    },
  );
});

test('a model of Ollama with a layer for each tensor: the names of the manifest', () => {
  const layers = [
    ollama('tensor', 'text_encoder/model.layers.0.weight'),
    ollama('tensor', 'vae/decoder.safetensors'),
    ollama('json', 'text_encoder/config.json'),
    ollama('something-new'),
  ];
  assert.deepEqual(pathsOf(ollamaConfig, layers, { model_format: 'safetensors' }).paths, [
    'text_encoder/model.layers.0.weight.safetensors',
    'vae/decoder.safetensors',
    'text_encoder/config.json',
    'something-new',
  ]);
});

test('a model of Docker: paths of its layers, or the names that docker model gives them', () => {
  const layers = [docker('gguf.v3'), docker('license'), docker('mmproj'), docker('chat.template.jinja')];
  const facts = { config: { format: 'gguf', quantization: 'Q4_K_M', context_size: 4096, gguf: { a: 'b' } } };
  assert.deepEqual(pathsOf(dockerConfig, layers, facts), {
    paths: ['model.gguf', 'model.mmproj', 'template.jinja'],
    docs: ['LICENSE'],
    format: 'gguf',
    parameters: { quantization: 'Q4_K_M', context_size: 4096 },
  });
  const files = [docker('safetensors', 'text_encoder/model.safetensors'), docker('model.file', 'config.json')];
  assert.deepEqual(pathsOf(dockerConfig.replace('0.1', '0.2'), files).paths, [
    'text_encoder/model.safetensors',
    'config.json',
  ]);
});

test('shards without names are numbered as docker model numbers them, and never take a name that is given', () => {
  const layers = [docker('gguf.v3'), docker('gguf.v3'), docker('gguf.v3', 'model-00001-of-00002.gguf')];
  assert.deepEqual(pathsOf(dockerConfig, layers).paths, [
    'model-00002-of-00002.gguf',
    'model-00003-of-00002.gguf',
    'model-00001-of-00002.gguf',
  ]);
});

test('archives go where the model goes, and a layer of an unknown type is a part of the model', () => {
  const layers = [docker('safetensors'), docker('vllm.config.tar'), docker('dir.tar', 'x'), docker('tomorrow', 'new')];
  assert.deepEqual(pathsOf(dockerConfig, layers).paths, ['model.safetensors', '.', '.', 'new']);
});

test('digests that the config lists are those that an unpack expects', () => {
  const manifest = manifestOf(dockerConfig, [docker('gguf.v3')]);
  const [id] = [digestOf('another')];
  const config = { rootfs: { type: 'rootfs', diff_ids: [id] } };
  assert.equal(foreignKitfile(manifest, foreignConfig(Buffer.from(JSON.stringify(config)))).model?.diffId, id);
});

test('a container image is no model', () => {
  const layers = [{ type: 'application/vnd.docker.image.rootfs.diff.tar.gzip' }];
  assert.ok(!isKitManifest(manifestOf(ollamaConfig, layers)));
});

for (const facts of [[], 'x', { config: 7 }, { config: { format: {}, context_size: 'a', parameters: [] } }])
  test(`a config of ${JSON.stringify(facts)} says nothing, or is refused`, () => {
    const manifest = manifestOf(dockerConfig, [docker('gguf.v3')]);
    const read = () => foreignKitfile(manifest, foreignConfig(Buffer.from(JSON.stringify(facts))));
    if (typeof facts === 'string' || Array.isArray(facts)) assert.throws(read, { code: 'kit-malformed' });
    else assert.equal(read().model?.format, undefined);
  });
