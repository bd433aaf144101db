import {
  defaultRegistry,
  exitCodes,
  formatReference,
  type Kitwright,
  KitwrightError,
  type Reference,
  repositoryOf,
} from '@kitwright/core/internal';
import { computeKit, type PackOptions } from '@kitwright/core/internal/builds';
import { openRemote } from '../remote.ts';
import type { Session } from '../Session.ts';

/**
 * Reports whether a pack would change the kit of this name. The kit is searched in the local store and then at its
 * registry, so this works with an empty store. Returns the exit status.
 */
export async function checkKit(
  session: Session,
  kitwright: Kitwright,
  options: PackOptions,
  about: object,
): Promise<number> {
  const { name } = options;
  if (!name) throw new KitwrightError('usage', '--check needs --tag: the name of the kit to compare with.');
  const computed = await compute(kitwright, options);
  const stored = await storedDigests(session, name, options);
  const upToDate = computed.digest !== undefined && stored.every((digest) => digest === computed.digest);
  const { digest = null, missing } = computed;
  session.output.answer({
    json: { ...about, upToDate, digest, stored: stored[0] ?? null, ...(missing ? { missing } : {}) },
    text: upToDate ? `Up to date: ${digest}` : changeText(name, computed),
  });
  return upToDate ? exitCodes.ok : exitCodes.outOfDate;
}

interface Computed {
  /** Undefined if the kit refers to a kit that does not exist yet: then it is not up to date either. */
  readonly digest: string | undefined;
  readonly missing?: string;
}

async function compute(kitwright: Kitwright, options: PackOptions): Promise<Computed> {
  try {
    const kit = await computeKit(kitwright, { ...options, capture: 'reference' });
    return { digest: kit.root.digest };
  } catch (error) {
    if (!(error instanceof KitwrightError) || error.code !== 'kit-not-found') throw error;
    return { digest: undefined, missing: String(error.data['reference']) };
  }
}

/** The digest that each tag names now. */
async function storedDigests(
  session: Session,
  name: Reference,
  { store }: PackOptions,
): Promise<readonly (string | undefined)[]> {
  return Promise.all(
    [name.reference ?? '', ...name.extraTags].map(async (tag) => {
      const found = (await store.resolve(repositoryOf(name), tag)) ?? (await atRegistry(session, name, tag));
      return found?.digest;
    }),
  );
}

async function atRegistry(session: Session, name: Reference, tag: string) {
  if (name.registry === defaultRegistry) return undefined;
  const { target, repository } = openRemote(session, { ...name, extraTags: [] }, 'pull');
  return target.resolve(repository, tag);
}

function changeText(name: Reference, { digest, missing }: Computed): string {
  return digest === undefined
    ? `A pack would change ${formatReference(name)}: ${missing}, to which it refers, does not exist.`
    : `A pack would change ${formatReference(name)} to ${digest}`;
}
