import type {
  Deleter,
  EarlyPusher,
  Mounter,
  Reader,
  ReferrerLister,
  TagFinder,
  TagLister,
  TagSwapper,
  Target,
} from '@kitwright/core/plugin';

/** One repository of a registry. */
export interface RegistryTarget
  extends Target,
    Mounter,
    Reader,
    EarlyPusher,
    TagLister,
    TagFinder,
    TagSwapper,
    Deleter,
    ReferrerLister {
  readonly host: string;
  readonly repository: string;
}

export function isRegistryTarget(target: object): target is RegistryTarget {
  return 'host' in target && 'mount' in target;
}
