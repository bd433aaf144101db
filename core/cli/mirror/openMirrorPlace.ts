import {
  canListNames,
  canListTags,
  displayReference,
  displayRepository,
  isReference,
  isReferrersTag,
  KitwrightError,
  namesTarget,
  type OpenedTarget,
  openTarget,
  parseReference,
  placeIn,
  powerMissing,
  repositoryOf,
  type Target,
} from '@kitwright/core/internal';
import type { Session } from '../Session.ts';

/** One repository on one side of a mirror. */
export interface MirrorPlace {
  readonly target: Target;
  /** For the `resolve` and `tag` of the target. */
  readonly repository: string;
  /** As rules and messages name it, without tags. */
  readonly place: string;
  /** The name of a tag there: in an archive or layout it stands behind the repository. */
  readonly referenceOf: (tag: string) => string;
  /** Throws `target-invalid` where they cannot be listed. */
  readonly tags: () => Promise<readonly string[]>;
}

/** Opens the repositories of one side; an archive is opened once for all of them. */
export function openMirrorSide(session: Session, base: string, access: 'pull' | 'push') {
  const places = { kitwright: session.kitwright(), store: session.stores() };
  const named = namesTarget(places.kitwright, base) ? openTarget(places, base, access) : undefined;
  const carrier = named?.repository === '' ? named.target : undefined;
  const tagsOf = carrier && createTagLookup(carrier, base);
  return {
    carrier,
    /** Do repositories have the names of their registries there? */
    hasFullNames: carrier !== undefined || base === 'store:',
    repositories: () => repositoriesIn(session, base, carrier),
    open: (repository: string): MirrorPlace => {
      if (carrier && tagsOf) return carriedPlace(carrier, base, displayReference(parseReference(repository)), tagsOf);
      const text = base.endsWith(':') ? `${base}${repository}` : `${base.replace(/(?<!\/)\/+$/, '')}/${repository}`;
      const opened = openTarget(places, text, access);
      if (opened.references.length)
        throw new KitwrightError('config-invalid', `${repository} has a tag, and stands for a repository.`);
      return repositoryPlace(session, opened, placeIn(places.kitwright, text, opened));
    },
  };
}

/** Throws `target-invalid` for a registry, which lists none. */
function repositoriesIn(session: Session, base: string, carrier: Target | undefined): readonly string[] {
  const names = carrier && canListNames(carrier) ? carrier.names().filter(isFullName).map(parseReference) : undefined;
  const stored =
    base === 'store:'
      ? session
          .stores()
          .local.list()
          .map(({ repository }) => repository)
      : undefined;
  const found = names?.map(repositoryOf) ?? stored;
  if (found) return [...new Set(found.map(displayRepository))].sort();
  throw powerMissing(`${base} does not list its repositories: name each of them.`, 'names');
}

function isFullName(name: string): boolean {
  return /[:@]/.test(name) && isReference(name);
}

type TagLookup = (repository: string) => readonly string[];

/** The tags of each repository in an archive or layout, whose names are gone through once: there may be 100,000 of both. */
function createTagLookup(target: Target, base: string): TagLookup {
  let found: ReadonlyMap<string, readonly string[]> | undefined;
  return (repository) => {
    if (!canListNames(target)) throw unlistable(base);
    found ??= tagsByRepository(target.names());
    return found.get(repository) ?? [];
  };
}

function tagsByRepository(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    const colon = name.lastIndexOf(':');
    const [repository, tag] = [name.slice(0, Math.max(colon, 0)), name.slice(colon + 1)];
    const tags = found.get(repository) ?? [];
    found.set(repository, tags);
    tags.push(tag);
  }
  return found;
}

function carriedPlace(target: Target, base: string, repository: string, tagsOf: TagLookup): MirrorPlace {
  return {
    target,
    repository: '',
    place: `${base}:${repository}`,
    referenceOf: (tag) => `${repository}${tag.startsWith('sha256:') ? '@' : ':'}${tag}`,
    tags: async () => tagsOf(repository).filter(isOfKit),
  };
}

function repositoryPlace(session: Session, { target, repository }: OpenedTarget, place: string): MirrorPlace {
  const { local } = session.stores();
  return {
    target,
    repository,
    place,
    referenceOf: (tag) => tag,
    tags: async () => {
      if (target === local)
        return local
          .list()
          .flatMap((name) => (name.repository === repository ? (name.tag ?? []) : []))
          .filter(isOfKit);
      if (!canListTags(target)) throw unlistable(place);
      const tags: string[] = [];
      for await (const tag of target.tags()) if (isOfKit(tag)) tags.push(tag);
      return tags;
    },
  };
}

/** Under other tags is what belongs to kits: whoever names a kit so would put it in the place of the signature of another one. */
function isOfKit(tag: string): boolean {
  return !isReferrersTag(tag);
}

function unlistable(place: string): KitwrightError {
  return powerMissing(`${place} cannot list what it has.`, 'tags');
}
