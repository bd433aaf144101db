import {
  kitSources as engineSources,
  type OpenedTarget,
  openAtRegistry,
  type Place,
  type Reference,
  type TargetAccess,
  type TargetSource,
} from '@kitwright/core/internal';
import { acceptKits } from './policy/acceptKits.ts';
import type { Session } from './Session.ts';

/** Opens a repository at its registry. Throws `reference-invalid` if the reference names no registry. */
export function openRemote(session: Session, reference: Reference, access: TargetAccess): OpenedTarget {
  return openAtRegistry(session.kitwright(), reference, access);
}

/** The sources in which a command searches for kits, in order. */
export function kitSources(session: Session, place: Place): readonly TargetSource[] {
  const { allowRegistry: allowedRegistries } = session.options.network;
  return engineSources({ kitwright: session.kitwright(), store: session.stores(), allowedRegistries }, place);
}

/** The same for a command that uses what it finds: kits that no rule accepts are refused. */
export function acceptedSources(session: Session, place: Place): readonly TargetSource[] {
  const { allowRegistry: allowedRegistries } = session.options.network;
  const places = { kitwright: session.kitwright(), store: session.stores(), accept: acceptKits(session) };
  return engineSources({ ...places, allowedRegistries }, place);
}
