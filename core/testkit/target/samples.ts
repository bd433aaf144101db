import { type Descriptor, descriptorOf, mediaTypes } from '@kitwright/core/plugin';

/** Bytes and their descriptor. */
export interface Blob {
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
}

/** A kit of one layer. */
export interface Kit {
  readonly config: Blob;
  readonly layer: Blob;
  readonly manifest: Blob;
}

/** The four gibibytes at which offsets of 32 bits begin again. */
export const wrap = 2 ** 32;

export function blobOf(content: string | Buffer, mediaType = 'application/octet-stream'): Blob {
  const bytes = Buffer.from(content);
  return { bytes, descriptor: descriptorOf(mediaType, bytes) };
}

const large = new Map<string, Blob>();

/** A blob without a repeating pattern; another one for each seed. It is made once for all cases: nobody may change it. */
export function largeBlob(size: number, seed = 1): Blob {
  const key = `${size} ${seed}`;
  const blob = large.get(key) ?? blobOf(manyBytes(size, seed));
  large.set(key, blob);
  return blob;
}

function manyBytes(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let [at, state] = [0, seed]; at + 4 <= size; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

export function kitOf(text: string): Kit {
  const [config, layer] = [
    blobOf(`{"config":${JSON.stringify(text)}}`, 'application/vnd.kitops.modelkit.config.v1+json'),
    blobOf(text),
  ];
  return { config, layer, manifest: manifestOf(config, [layer]) };
}

/** A manifest; `more` are further fields, such as `subject`. */
export function manifestOf({ descriptor: config }: Blob, layers: readonly Blob[], more: object = {}): Blob {
  return jsonBlob(mediaTypes.manifest, { config, layers: layers.map(({ descriptor }) => descriptor), ...more });
}

export function indexOf(manifests: readonly Blob[]): Blob {
  return jsonBlob(mediaTypes.index, { manifests: manifests.map(({ descriptor }) => descriptor) });
}

function jsonBlob(mediaType: string, fields: object): Blob {
  return blobOf(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }), mediaType);
}
