import type { OpenedTarget } from '../host/capabilities.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import { type Reference, repositoryOf } from '../oci/reference.ts';
import type { ReadTarget } from '../store/roles.ts';
import { readTargets } from './kitNames.ts';
import type { TargetSource } from './loadKit.ts';
import { isLocalOnly, openAtRegistry, type Places } from './openTarget.ts';

/** Where a kit is looked for: the local stores, its registry, or the one and then the other. */
export type Place = 'local' | 'remote' | 'anywhere';

/** The places in which kits are looked for, in their order. */
export function kitSources({ kitwright, store }: Places, place: Place): readonly TargetSource[] {
  const remote = atRegistries(kitwright);
  if (place === 'remote') return [remote];
  const local = readTargets(store);
  if (place === 'local') return local;
  return [...local, (reference) => (isLocalOnly(reference) ? undefined : remote(reference))];
}

/** Finds kits at their registries; each repository is opened once. */
function atRegistries(kitwright: Kitwright): (reference: Reference) => ReadTarget {
  const opened = new Map<string, OpenedTarget>();
  return (reference) => {
    const name = repositoryOf(reference);
    const found = opened.get(name) ?? openAtRegistry(kitwright, { ...reference, extraTags: [] }, 'pull');
    opened.set(name, found);
    return found.target;
  };
}
