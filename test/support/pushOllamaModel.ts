import assert from 'node:assert/strict';
import { digestOf } from '@kitwright/core/plugin';

/** One layer as Ollama writes it (ollama/ollama, `manifest/layer.go`). */
export interface OllamaLayer {
  /** What follows `application/vnd.ollama.image.`. */
  readonly kind: string;
  readonly bytes: Uint8Array | string;
  readonly name?: string;
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

/** Pushes a model as `ollama push` does (`server/images.go`), and gives the digest of its manifest. */
export async function pushOllamaModel(
  host: string,
  name: string,
  layers: readonly OllamaLayer[],
  facts: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const [repository, tag] = name.split(':');
  const described = layers.map(({ kind, bytes, name: called }) => ({
    mediaType: `application/vnd.ollama.image.${kind}`,
    digest: digestOf(bytes),
    size: Buffer.byteLength(bytes),
    ...(called === undefined ? {} : { name: called }),
  }));
  const config = JSON.stringify({
    model_format: 'gguf',
    model_family: 'llama',
    model_families: ['llama'],
    model_type: '8.0B',
    file_type: 'Q4_0',
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: described.map(({ digest }) => digest) },
    ...facts,
  });
  for (const bytes of [config, ...layers.map((layer) => layer.bytes)])
    await pushBlob(`http://${host}/v2/${repository}`, Buffer.from(bytes));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      digest: digestOf(config),
      size: Buffer.byteLength(config),
    },
    layers: described,
  });
  const put = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': manifestType },
    body: manifest,
  });
  assert.equal(put.status, 201, await put.text());
  return digestOf(manifest);
}

async function pushBlob(base: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
  const url = new URL(begun.headers.get('location') ?? '', base);
  url.searchParams.set('digest', digestOf(bytes));
  const put = await fetch(url, { method: 'PUT', body: bytes, headers: { 'content-type': 'application/octet-stream' } });
  assert.equal(put.status, 201, await put.text());
}
