import { KitwrightError } from '../errors/KitwrightError.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { LoadedKit } from '../kits/loadKit.ts';
import { foreignTypeOf } from './foreignTypeOf.ts';
import { kitElements } from './kitElements.ts';

/** The types of layers that nothing here reads, each as the error that an unpack would throw (`layer-format-unknown`). */
export function unreadLayers(
  { kitfile, manifest }: Pick<LoadedKit, 'kitfile' | 'manifest'>,
  capabilities: CapabilitySet,
): readonly KitwrightError[] {
  const found = new Map<string, KitwrightError>();
  for (const { descriptor } of kitElements(kitfile, manifest))
    try {
      foreignTypeOf(descriptor, capabilities);
    } catch (error) {
      if (!(error instanceof KitwrightError)) throw error;
      found.set(error.message, error);
    }
  return [...found.values()];
}
