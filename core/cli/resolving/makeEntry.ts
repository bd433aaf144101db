import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Ancestor,
  fromNative,
  KitwrightError,
  type LoadedKit,
  makeDirectories,
  makeMark,
  type Reference,
  syncDirectory,
  systemError,
  textOf,
} from '@kitwright/core/internal';
import { openUnpackStage, unpackKit } from '@kitwright/core/internal/builds';
import { isVouched } from '../policy/isVouched.ts';
import { acceptedSources } from '../remote.ts';
import type { Session } from '../Session.ts';
import { type Entry, entryParts } from './Entry.ts';
import { discardEntry } from './freeEntries.ts';
import { modelFormat } from './modelFormat.ts';
import { readEntry, recordText } from './readEntry.ts';
import { sealTree, unsealTree } from './sealTree.ts';

/** A kit that was found and accepted, and what of it is wanted. */
export interface WantedKit {
  readonly reference: Reference;
  readonly kit: LoadedKit;
  readonly ancestors: readonly Ancestor[];
  readonly filters: readonly string[];
}

/** The directory of the entries: where it is held open, and as messages call it. */
interface Base {
  readonly base: string;
  readonly shown: string;
}

/**
 * Unpacks a kit under another name and gives it its own at the end, when it is read-only and on the disk. What a
 * process before this one left is gone on with. The caller has the lock.
 */
export async function makeEntry(
  session: Session,
  wanted: WantedKit,
  { base, shown }: Base,
  name: string,
): Promise<Entry> {
  const partial = join(base, `.partial-${name}`);
  const files = join(partial, entryParts.files);
  try {
    const stage = openPartial(base, `.partial-${name}`);
    makeDirectories(files, 0o755);
    unsealTree(files);
    await unpackInto(session, wanted, files, stage);
    rmSync(stage, { recursive: true, force: true });
    await finish(wanted, partial);
    renameSync(partial, join(base, name));
    syncDirectory(base);
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', join(shown, name));
  }
  const entry = readEntry(join(base, name));
  if (entry) return entry;
  throw new KitwrightError('content-changed', `The files of ${name} changed while they were unpacked.`);
}

/** What was begun is gone on with if a process like this one began it: a kit that was unpacked here may hold the same names. */
function openPartial(base: string, name: string): string {
  const partial = join(base, name);
  const stage = () => join(partial, `stage-${makeMark(fromNative(partial))}`);
  if (existsSync(partial)) {
    if (existsSync(stage())) return stage();
    discardEntry(base, name);
  }
  makeDirectories(partial, 0o755);
  mkdirSync(stage(), 0o700);
  return stage();
}

async function unpackInto(session: Session, wanted: WantedKit, directory: string, stage: string): Promise<void> {
  await unpackKit(session.kitwright(), {
    ...wanted,
    targets: acceptedSources(session, 'anywhere'),
    directory,
    existing: 'replace',
    isVouched: await isVouched(session),
    stage: openUnpackStage(stage),
    onStep: () => undefined,
    signal: session.signal,
  });
}

async function finish({ kit, ancestors, filters }: WantedKit, partial: string): Promise<void> {
  const files = await sealTree(join(partial, entryParts.files));
  if (!files.length)
    throw new KitwrightError('filter-invalid', `The kit has nothing that --filter ${filters.join(' ')} selects.`, {
      data: { digest: kit.descriptor.digest, filters },
      hint: 'See "kitwright info" for its elements.',
    });
  const { digest } = kit.descriptor;
  const models = [kit, ...ancestors.map((ancestor) => ancestor.kit)].map(({ kitfile }) => kitfile.model?.path);
  const paths = files.map(({ path }) => textOf(path));
  const preferred = models.map((path) => path?.replace(/^\.\//, '')).find((path) => path && paths.includes(path));
  const entry: Entry = { folder: partial, digest, ...modelFormat(paths, preferred), files };
  makeDirectories(join(partial, entryParts.uses), 0o755);
  // It says which file an engine opens: whatever the umask, nobody else may write it.
  writeFileSync(join(partial, entryParts.record), recordText(entry), { flush: true, mode: 0o644 });
  syncDirectory(partial);
}
