import {
  canDelete,
  collectGarbage,
  displayReference,
  displayRepository,
  KitwrightError,
  parseReference,
  type Reference,
  type RemovedKit,
  removeAll,
  removeKit,
} from '@kitwright/core/internal';
import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { asKitwrightError, errorText } from '../output/errorText.ts';
import { openRemote } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('remove')
      .argument('[reference]', '[registry/]repository:tag|@digest')
      .description('Remove ModelKits from the local store and free what nothing else needs')
      .option('-f, --force', 'also remove all other tags of the kit; with --all, all kits')
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
  if (text === undefined && !flags.all) throw new KitwrightError('usage', 'Name a modelkit to remove, or use --all.');
  if (text !== undefined && flags.all)
    throw new KitwrightError('usage', 'A modelkit cannot be named together with --all.');
  if (flags.remote) {
    if (text === undefined) throw new KitwrightError('usage', 'Name the modelkit to remove from its registry.');
    await removeRemote(session, text, flags.force === true);
    return;
  }
  if (text === undefined) await removeEverything(session, flags.force === true);
  else await removeNamed(session, text, flags.force === true);
  const { files, bytes } = await collectGarbage(session.stores().local);
  session.debug(`Freed ${bytes} bytes in ${files} files.`);
}

/** By tag the kit stays, unless force says that it goes with all its tags; by digest it goes. */
async function removeRemote(session: Session, text: string, force: boolean): Promise<void> {
  const reference = requireReference(text);
  for (const one of single(reference)) {
    const { target, repository } = openRemote(session, one, 'delete');
    const descriptor = await target.resolve(repository, one.reference ?? '');
    if (!descriptor)
      throw new KitwrightError('kit-not-found', `The kit ${displayReference(one)} was not found at its registry.`);
    if (!canDelete(target)) throw new KitwrightError('remote-refused', `Kits cannot be removed from ${target.name}.`);
    if (one.isDigest || force) await target.delete(descriptor);
    else await target.untag(one.reference ?? '');
    session.output.result(
      one.isDigest || force
        ? `Removed ${displayReference(one)} (digest ${descriptor.digest})`
        : `Untagged ${displayReference(one)}`,
    );
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

async function removeEverything(session: Session, force: boolean): Promise<void> {
  const names = await removeAll(session.stores(), force);
  const kits = Map.groupBy(
    names,
    ({ repository, descriptor }) => `${displayRepository(repository)}@${descriptor.digest}`,
  );
  for (const [kit, all] of kits) {
    for (const { repository, tag } of all)
      if (tag !== undefined) session.output.result(`Untagged ${displayRepository(repository)}:${tag}`);
    session.output.result(`Removed ${kit}`);
  }
}

async function removeNamed(session: Session, text: string, force: boolean): Promise<void> {
  const references = single(requireReference(text));
  const failures: KitwrightError[] = [];
  for (const reference of references) {
    try {
      session.output.result(removedLine(reference, await removeKit(session.stores(), reference, force)));
    } catch (error) {
      failures.push(asKitwrightError(error));
    }
  }
  if (failures.length && failures.length === references.length) throw failures[0];
  // kit exits with 0 if at least one of several tags was removed.
  for (const failure of failures) session.output.message(errorText(failure, session.options.verbose > 0));
}

function removedLine(reference: Reference, { digest }: RemovedKit): string {
  return `Removed ${displayReference(reference)} (digest ${digest})`;
}
