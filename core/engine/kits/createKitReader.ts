import { isIndexType, isManifestType } from '../oci/mediaTypes.ts';
import { type KnownConfigs, type LoadedKit, loadKitAt, type ReadKit } from './loadKit.ts';
import { rememberRead } from './rememberRead.ts';

/**
 * Reads kits for one command, each manifest and each config once: an archive may give one kit a hundred thousand names, and
 * a hundred thousand manifests one config.
 */
export function createKitReader(): ReadKit {
  const kits = new Map<string, Promise<LoadedKit>>();
  const configs: KnownConfigs = new Map();
  return async (descriptor, target) => {
    const { mediaType, digest, size } = descriptor;
    // What a descriptor says of a manifest decides how it is read (`checkKind`).
    const key = `${isManifestType(mediaType)} ${isIndexType(mediaType)} ${digest} ${size}`;
    const kit = await rememberRead(kits, key, () => loadKitAt(descriptor, target, configs));
    return { ...kit, descriptor, target, layerSource: target };
  };
}
