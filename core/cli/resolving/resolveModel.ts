import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  errnoOf,
  formatReference,
  identityOf,
  type LoadedKit,
  loadKit,
  type OpenDirectory,
  openOrMakeDirectory,
  type Reference,
  requireOwnRoot,
  resolveAncestors,
  systemError,
  textOf,
} from '@kitwright/core/internal';
import { labelledKit } from '../indexes/labelledKit.ts';
import { isAtTarget, loadAtTarget } from '../loadNamed.ts';
import { defaultToLatest, requireOne } from '../references.ts';
import { acceptedSources } from '../remote.ts';
import type { Session } from '../Session.ts';
import type { Entry } from './Entry.ts';
import { entryName } from './entryName.ts';
import { addEntryName, addUse } from './entryUses.ts';
import { discardEntry } from './freeEntries.ts';
import { lockEntry } from './lockEntry.ts';
import { makeEntry, type WantedKit } from './makeEntry.ts';
import { readEntry } from './readEntry.ts';

/** What is resolved, and for whom. */
export interface ResolveRequest {
  readonly text: string;
  readonly labels: readonly string[];
  readonly filters: readonly string[];
  /** The directory that holds the entries. */
  readonly base: string;
  /** The process that will read the files. */
  readonly pid: number;
}

/** The entry of a kit, and the name by which the kit is shown. */
export interface ResolvedModel {
  readonly name: string;
  readonly entry: Entry;
}

/** Finds a kit, which must be accepted, and gives its entry: the one that is there, or a new one. */
export async function resolveModel(session: Session, request: ResolveRequest): Promise<ResolvedModel> {
  const { name, ...found } = await findAccepted(session, request);
  const ancestors = await resolveAncestors(found.kit.kitfile, acceptedSources(session, 'anywhere'), {
    from: found.reference,
  });
  const wanted = { ...found, ancestors, filters: request.filters };
  using base = openBase(session, request.base);
  const entry = await takeEntry(session, wanted, { ...request, opened: textOf(base.path) }, name);
  return { name, entry: { ...entry, folder: join(request.base, basename(entry.folder)) } };
}

/** The same kit as `unpack` would take, by the same rules and pins. */
async function findAccepted(
  session: Session,
  { text, labels }: ResolveRequest,
): Promise<{ readonly name: string; readonly reference: Reference; readonly kit: LoadedKit }> {
  if (!labels.length && (await isAtTarget(session, text)))
    return { name: text, ...(await loadAtTarget(session, text)) };
  const named = defaultToLatest(requireOne(text), (shown) => session.debug(`No tag was given: ${shown}.`));
  const sources = acceptedSources(session, 'anywhere');
  const { reference } = await labelledKit(session, named, labels, sources);
  return { name: formatReference(reference), reference, kit: await loadKit(reference, sources) };
}

/** Held open: whoever may rename it could put another directory in its place, with links to files of ours in it. */
function openBase({ env }: Session, base: string): OpenDirectory {
  const opened = makeBase(base);
  try {
    // Once it is there: what was not could be made by another user before us.
    requireOwnRoot(base, env, textOf(opened.path));
    return opened;
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

function makeBase(base: string): OpenDirectory {
  try {
    // Whatever the umask: where others may write, the next run would refuse to look.
    return openOrMakeDirectory(base, 0o755);
  } catch (error) {
    throw systemError(error, 'store-failed', 'make', base);
  }
}

/** `opened` is the path of the open directory that holds the entries. */
type Taking = ResolveRequest & { readonly opened: string };

async function takeEntry(session: Session, wanted: WantedKit, request: Taking, name: string): Promise<Entry> {
  const base = request.opened;
  const id = entryName(wanted.kit, wanted.ancestors, wanted.filters);
  const folder = join(base, id);
  try {
    using _lock = await lockEntry(base, id, session.signal, () =>
      session.output.note(`Waiting for another process that unpacks ${name}`),
    );
    const found = readEntry(folder);
    if (!found && existsSync(folder)) discardEntry(base, id);
    const entry = found ?? (await makeEntry(session, wanted, { base, shown: request.base }, id));
    addUse(folder, identityOf(request.pid));
    addEntryName(folder, name);
    return entry;
  } catch (error) {
    // Whoever may only read can remove nothing, and needs no lock.
    const found = isReadOnly(error) ? readEntry(folder) : undefined;
    if (found) return found;
    throw systemError(error, 'store-failed', 'write', request.base);
  }
}

function isReadOnly(error: unknown): boolean {
  return ['EROFS', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '');
}
