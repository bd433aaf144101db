import type { OpenedTarget } from '../host/capabilities.ts';
import { defaultRegistry, type Reference, repositoryOf } from '../oci/reference.ts';
import type { ReadTarget } from '../store/roles.ts';
import { acceptingSource } from './AcceptKit.ts';
import { readTargets } from './kitNames.ts';
import type { ReadKit, TargetSource } from './loadKit.ts';
import { isLocalOnly, openAtRegistry, type Places } from './openTarget.ts';

/** Where a kit is searched: the local stores, its registry, or first the stores and then the registry. */
export type Place = 'local' | 'remote' | 'anywhere';

/** What is needed to search for kits. */
export interface KitPlaces extends Places {
  /** Hosts that get the user's credentials for referenced kits. */
  readonly allowedRegistries?: readonly string[] | undefined;
  /** For many kits, which may be based on the same ones: `createKitReader`. */
  readonly readKit?: ReadKit | undefined;
}

/** The sources in which kits are searched, in this order. */
export function kitSources(places: KitPlaces, place: Place): readonly TargetSource[] {
  const { accept } = places;
  const sources = allSources(places, place);
  return accept ? sources.map((source) => acceptingSource(source, accept)) : sources;
}

function allSources(places: KitPlaces, place: Place): readonly TargetSource[] {
  const { store } = places;
  const remote = atRegistries(places);
  if (place === 'remote') return [remote];
  const local = readTargets(store);
  if (place === 'local') return local;
  return [...local, (reference, from) => (isLocalOnly(reference) ? undefined : remote(reference, from))];
}

/**
 * Finds kits at their registries; each repository is opened once. The author of a kit chose the hosts to which it
 * refers, so they get no credentials unless the kit comes from there or the user allows it, and they know whose kit it is:
 * one from outside must not choose what is asked inside.
 */
function atRegistries({ kitwright, allowedRegistries = [] }: KitPlaces) {
  const opened = new Map<string, OpenedTarget>();
  return (reference: Reference, from?: Reference): ReadTarget => {
    const { registry } = reference;
    const anonymous = from !== undefined && from.registry !== registry && !allowedRegistries.includes(registry);
    const namedBy = anonymous && from.registry !== defaultRegistry ? from.registry : undefined;
    const key = `${anonymous} ${namedBy ?? ''} ${repositoryOf(reference)}`;
    const options = { anonymous, namedBy };
    const found = opened.get(key) ?? openAtRegistry(kitwright, { ...reference, extraTags: [] }, 'pull', options);
    opened.set(key, found);
    return found.target;
  };
}
