import { type Reference, readTargets, type TargetSource } from '@kitwright/core';
import { refuseRemote } from './refuseRemote.ts';
import type { Session } from './Session.ts';

/** Where a kit is looked for: the local stores, a registry, or the one and then the other. */
export type Place = 'local' | 'remote' | undefined;

export const readableKits = (session: Session, place: Place): readonly TargetSource[] => {
  const remote = (reference: Reference) => {
    throw refuseRemote(reference.repository);
  };
  return place === 'remote' ? [remote] : readTargets(session.stores());
};
