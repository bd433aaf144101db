import type { Descriptor } from './descriptor.ts';
import { parseDescriptor } from './manifest.ts';
import { parseJsonObject } from './parseJsonObject.ts';

/**
 * The descriptors in a manifest or an index, which must be stored before it: config, layers, manifests. Throws
 * `kit-malformed`.
 */
export function childrenOf(bytes: Uint8Array): readonly Descriptor[] {
  const { config, layers, manifests } = parseJsonObject(bytes, 'manifest');
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  return [...(config ? [config] : []), ...list(layers), ...list(manifests)].map(parseDescriptor);
}
