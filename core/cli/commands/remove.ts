import {
  allReferrers,
  canDelete,
  collectGarbage,
  type Deleter,
  type Descriptor,
  displayReference,
  displayRepository,
  dropReferrers,
  formatReference,
  identityOf,
  isDigest,
  type KitName,
  KitwrightError,
  openTarget,
  parseReference,
  powerMissing,
  type Reference,
  referrersOfKit,
  removeAll,
  removeKit,
  type Target,
} from '@kitwright/core/internal';
import type { Command } from 'commander';
import { isAtTarget } from '../loadNamed.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { asKitwrightError, errorText } from '../output/errorText.ts';
import { openRemote } from '../remote.ts';
import { type FreedEntries, freeEntries } from '../resolving/freeEntries.ts';
import { resolvedFolder } from '../resolving/resolvedFolder.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('remove')
      .argument('[reference]', '[registry/]repository:tag|@digest')
      .description('Remove ModelKits from the local store, and delete data that no other kit needs')
      .option(
        '-f, --force',
        'also remove all other tags of the kit, and copies of "resolve" in use; with --all, all kits',
      )
      .option('-a, --all', 'remove all kits without a tag')
      .option('-r, --remote', 'remove from a remote registry'),
  )
    .addHelpText('after', '\nExamples:\n  kitwright remove repository:v1\n  kitwright remove --all')
    .action(runCommand(remove));
}

interface RemoveFlags {
  readonly force?: boolean;
  readonly all?: boolean;
  readonly remote?: boolean;
}

async function remove(session: Session, text: string | undefined, flags: RemoveFlags): Promise<undefined> {
  const atTarget = text !== undefined && (await isAtTarget(session, text));
  const removals = atTarget ? removeAtTarget(session, text, flags.force === true) : removalsOf(session, text, flags);
  const isLocal = !flags.remote && !atTarget;
  const base = resolvedFolder(session);
  const name = isLocal && text !== undefined ? formatReference(requireReference(text)) : undefined;
  const by = identityOf(process.ppid || process.pid);
  const force = name !== undefined && flags.force === true;
  const named = freeEntries(base, { by, force, isChosen: ({ names }) => name !== undefined && names.includes(name) });
  const { gone, failures } = await tell(session, removals, named.freed.length + named.inUse.length > 0);
  const digests = gone.filter(({ action }) => action === 'removed').map(({ digest }) => digest);
  const others = freeEntries(base, { by, force, isChosen: ({ digest }) => isLocal && digests.includes(digest) });
  const resolved = {
    freed: [...named.freed, ...others.freed],
    inUse: [...new Set([...named.inUse, ...others.inUse])],
  };
  tellResolved(session, resolved);
  const freed = flags.remote || atTarget ? undefined : await collectGarbage(session.stores().local);
  if (freed) session.debug(`Freed ${freed.bytes} bytes in ${freed.files} files.`);
  const goneBy = (wanted: Gone['action']) =>
    gone.filter(({ action }) => action === wanted).map(({ reference, digest }) => ({ reference, digest }));
  session.output.answer({
    json: { removed: goneBy('removed'), untagged: goneBy('untagged'), failures, resolved, freed },
  });
}

/** Copies for engines that went with their kit, or stay until the processes that read them end. */
function tellResolved({ output, warn }: Session, { freed, inUse }: Pick<FreedEntries, 'freed' | 'inUse'>): void {
  for (const folder of freed) output.say(`Removed ${folder}`);
  for (const folder of inUse)
    warn(`A running process uses ${folder}, so it is kept; "kitwright store gc" frees it afterwards.`);
}

/** A name, or a kit with all its names, that was removed. */
interface Gone {
  readonly action: 'removed' | 'untagged';
  readonly reference: string;
  readonly digest: string;
  /** The message of `kit` for it. */
  readonly line: string;
}

/** Yields what is removed, one by one; a failure that does not stop the others is yielded as an error. */
type Removals = AsyncGenerator<Gone | KitwrightError, void>;

/** Reports each removal at once, because a later one may fail. */
async function tell({ output, options }: Session, removals: Removals, isResolved: boolean) {
  const [gone, failures]: [Gone[], KitwrightError[]] = [[], []];
  for await (const removal of removals) {
    if (removal instanceof KitwrightError) {
      // A kit may have been unpacked for an engine without having been stored.
      if (!(isResolved && removal.code === 'kit-not-found')) failures.push(removal);
    } else {
      output.say(removal.line);
      gone.push(removal);
    }
  }
  if (failures[0] && gone.length === 0) throw failures[0];
  // kit exits with 0 if at least one of several tags was removed.
  if (!options.json) for (const failure of failures) output.message(errorText(failure, options.verbose > 0));
  return { gone, failures };
}

function removalsOf(session: Session, text: string | undefined, { all, remote, force }: RemoveFlags): Removals {
  if (text !== undefined && all) throw new KitwrightError('usage', 'A modelkit cannot be named together with --all.');
  if (text !== undefined) return (remote ? removeRemote : removeNamed)(session, requireReference(text), force === true);
  if (!all) throw new KitwrightError('usage', 'Name a modelkit to remove, or use --all.');
  if (remote) throw new KitwrightError('usage', 'Name the modelkit to remove from its registry.');
  return removeEverything(session, force === true);
}

/** At a target of a plugin. */
async function* removeAtTarget(session: Session, text: string, force: boolean): Removals {
  const { target, repository, references } = openTarget(
    { kitwright: session.kitwright(), store: session.stores() },
    text,
    'delete',
  );
  if (!canDelete(target)) throw powerMissing(`Kits cannot be removed from ${text}.`, 'delete');
  if (references.length === 0) throw new KitwrightError('reference-invalid', `${text}: a tag or digest is required.`);
  for (const reference of references) {
    const descriptor = await target.resolve(repository, reference);
    if (!descriptor) throw new KitwrightError('kit-not-found', `There is no ${reference} in ${text}.`);
    const isWhole = force || isDigest(reference);
    await (isWhole ? deleteKit(session, target, repository, descriptor) : target.untag(reference));
    yield isWhole
      ? {
          action: 'removed',
          reference: text,
          digest: descriptor.digest,
          line: `Removed ${text} (digest ${descriptor.digest})`,
        }
      : untagged(text, descriptor);
  }
}

/** A tag is removed alone, with --force the kit and all its tags; a digest removes the kit. */
async function* removeRemote(session: Session, reference: Reference, force: boolean): Removals {
  for (const one of single(reference)) {
    const { target, repository } = openRemote(session, one, 'delete');
    const [name, tag] = [displayReference(one), one.reference ?? ''];
    const descriptor = await target.resolve(repository, tag);
    if (!descriptor) throw new KitwrightError('kit-not-found', `The kit ${name} was not found at its registry.`);
    if (!canDelete(target)) throw new KitwrightError('remote-refused', `Kits cannot be removed from ${target.name}.`);
    if (one.isDigest || force) await deleteKit(session, target, repository, descriptor);
    else await target.untag(tag);
    yield one.isDigest || force ? removed(one, descriptor) : untagged(name, descriptor);
  }
}

/** The kit first: one that is there without its signatures would look like one that never had any. */
async function deleteKit(
  session: Session,
  target: Target & Deleter,
  repository: string,
  kit: Descriptor,
): Promise<void> {
  const referrers = await referrersOfKit(session.kitwright(), { target, repository, filter: allReferrers }, kit);
  await target.delete(kit);
  await dropReferrers(target, repository, kit, referrers);
}

function removed(reference: Reference, { digest }: { readonly digest: string }): Gone {
  const name = displayReference(reference);
  return { action: 'removed', reference: name, digest, line: `Removed ${name} (digest ${digest})` };
}

function untagged(reference: string, { digest }: { readonly digest: string }): Gone {
  return { action: 'untagged', reference, digest, line: `Untagged ${reference}` };
}

async function* removeNamed(session: Session, reference: Reference, force: boolean): Removals {
  for (const one of single(reference)) {
    try {
      yield removed(one, await removeKit(session.stores(), one, force));
    } catch (error) {
      yield asKitwrightError(error);
    }
  }
}

async function* removeEverything(session: Session, force: boolean): Removals {
  const names = await removeAll(session.stores(), force);
  const kits = Map.groupBy(
    names,
    ({ repository, descriptor }) => `${displayRepository(repository)}@${descriptor.digest}`,
  );
  for (const [kit, all] of kits) {
    for (const { repository, tag, descriptor } of all)
      if (tag !== undefined) yield untagged(`${displayRepository(repository)}:${tag}`, descriptor);
    const [{ descriptor }] = all as [KitName];
    yield { action: 'removed', reference: kit, digest: descriptor.digest, line: `Removed ${kit}` };
  }
}

function requireReference(text: string): Reference {
  const reference = parseReference(text);
  if (reference.reference !== undefined) return reference;
  throw new KitwrightError(
    'reference-invalid',
    `Invalid reference ${JSON.stringify(text)}: a tag or digest is required.`,
  );
}

/** One reference per tag of `repository:a,b`. */
function single(reference: Reference): readonly Reference[] {
  return [reference.reference, ...reference.extraTags].map((tag) => ({ ...reference, reference: tag, extraTags: [] }));
}
