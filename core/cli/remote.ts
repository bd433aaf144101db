import {
  displayReference,
  KitwrightError,
  type OpenedTarget,
  parseReference,
  type Reference,
  readTargets,
  repositoryOf,
  type TargetAccess,
  type TargetSource,
} from '@kitwright/core/internal';
import type { Session } from './Session.ts';

/** Opens a repository at its registry. Throws `reference-invalid` where no registry is named. */
export function openRemote(session: Session, reference: Reference, access: TargetAccess): OpenedTarget {
  return session
    .kitwright()
    .capabilities.get('target', 'registry')
    .open([displayReference(reference), ...reference.extraTags].join(','), access);
}

/** Finds kits at their registries; one connection for each repository. */
export function remoteSource(session: Session): TargetSource {
  const opened = new Map<string, OpenedTarget>();
  return (reference) => {
    const name = repositoryOf(reference);
    const found = opened.get(name) ?? openRemote(session, { ...reference, extraTags: [] }, 'pull');
    opened.set(name, found);
    return found.target;
  };
}

/** Where a kit is looked for: the local stores, a registry, or the one and then the other. */
export type Place = 'local' | 'remote' | undefined;

/** The places in their order. A name without a host is never asked for in a network. */
export function kitSources(session: Session, place: Place): readonly TargetSource[] {
  const remote = remoteSource(session) as (reference: Reference) => ReturnType<typeof openRemote>['target'];
  if (place === 'remote') return [remote];
  const local = readTargets(session.stores());
  return place === 'local'
    ? local
    : [...local, (reference: Reference) => (isLocalOnly(reference) ? undefined : remote(reference))];
}

function isLocalOnly({ registry }: Reference): boolean {
  return registry === 'localhost';
}

const scheme = /^([a-z][a-z0-9-]*):(?=[^\d])/;

/**
 * Opens what `kitwright copy` is told: `oci:`, `archive:`, `registry:`, `store:`, or a name, which is a registry's if
 * it has a host.
 */
export function openTarget(session: Session, text: string, access: TargetAccess): OpenedTarget {
  const { capabilities } = session.kitwright();
  const word = scheme.exec(text)?.[1];
  const known = capabilities.all('target').map(({ id }) => id);
  if (word !== undefined && known.includes(word))
    return capabilities.get('target', word).open(text.slice(word.length + 1), access);
  const name = word === 'store' ? text.slice('store:'.length) : text;
  const reference = parseReference(name);
  if (word !== 'store' && !isLocalOnly(reference)) return openRemote(session, reference, access);
  if (access === 'delete') throw new KitwrightError('usage', 'Use "kitwright remove" for the local store.');
  return {
    target: session.stores().local,
    repository: repositoryOf(reference),
    references: reference.reference === undefined ? [] : [reference.reference, ...reference.extraTags],
  };
}
