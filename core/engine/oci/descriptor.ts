import { type Digest, digestOf } from './digest.ts';

/** An OCI content descriptor (image-spec, descriptor.md). `size` is in bytes. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  /** What Ollama calls a layer: the name of a tensor, or a path. Other tools have annotations for it. */
  readonly name?: string;
}

/** The descriptor of bytes held in memory. */
export function descriptorOf(mediaType: string, bytes: Uint8Array): Descriptor {
  return {
    mediaType,
    digest: digestOf(bytes),
    size: bytes.byteLength,
  };
}
