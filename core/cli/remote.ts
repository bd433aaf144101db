import {
  kitSources as engineSources,
  type OpenedTarget,
  openAtRegistry,
  type Place,
  type Reference,
  type TargetAccess,
  type TargetSource,
} from '@kitwright/core/internal';
import type { Session } from './Session.ts';

/** Opens a repository at its registry. Throws `reference-invalid` where no registry is named. */
export function openRemote(session: Session, reference: Reference, access: TargetAccess): OpenedTarget {
  return openAtRegistry(session.kitwright(), reference, access);
}

/** The places in which a command looks for kits, in their order. */
export function kitSources(session: Session, place: Place): readonly TargetSource[] {
  const { allowRegistry: allowedRegistries } = session.options.network;
  return engineSources({ kitwright: session.kitwright(), store: session.stores(), allowedRegistries }, place);
}
