import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  atomicWrite,
  type BytePath,
  bytePath,
  type Existing,
  formatReference,
  fsPath,
  isLocalOnly,
  isOurOwner,
  joinPath,
  KitwrightError,
  loadKit,
  makeDirectory,
  makeMark,
  markName,
  type OpenDirectory,
  openOrMakeDirectory,
  readMark,
  readPlainFile,
  removeTree,
  resolveAncestors,
  systemError,
  temporaryName,
  textOf,
} from '@kitwright/core/internal';
import { openUnpackStage, unpackKit } from '@kitwright/core/internal/builds';
import { isVouched } from '../policy/isVouched.ts';
import { defaultToLatest, requireOne } from '../references.ts';
import { acceptedSources } from '../remote.ts';
import type { EntryFile } from '../resolving/Entry.ts';
import { entryName } from '../resolving/entryName.ts';
import { lockEntry } from '../resolving/lockEntry.ts';
import { areAsBefore } from '../resolving/readEntry.ts';
import type { Session } from '../Session.ts';
import { deliveredFiles, strangersIn } from './deliveredFiles.ts';
import { requireSignedAncestors, signersOf } from './signersOf.ts';

/** A kit, and where a pod wants its files. */
export interface Delivery {
  /** `registry/repository[:tag|@digest]` */
  readonly text: string;
  readonly directory: string;
  readonly filters: readonly string[];
  /** What to do with files that this program did not write. */
  readonly existing: Existing;
}

/** What lies in a directory now. */
export interface Delivered {
  readonly reference: string;
  readonly digest: string;
  /** Who signed the kit, as the verifier calls them; undefined if nobody was asked for. */
  readonly signers: readonly string[] | undefined;
}

/**
 * Puts the verified files of a kit into a directory: all of them, or the process fails. One digest is resolved, verified
 * and unpacked. Throws what `verify` and `unpack` throw.
 */
export async function deliver(session: Session, delivery: Delivery): Promise<Delivered> {
  const { note } = session.output;
  const reference = defaultToLatest(requireOne(delivery.text), (shown) => note(`No tag was given: ${shown}`));
  // Signatures lie beside the kit at its registry; a copy in a store may have come without them.
  const place = isLocalOnly(reference) ? 'local' : 'remote';
  const targets = acceptedSources(session, place);
  const kit = await loadKit(reference, targets);
  const { digest } = kit.descriptor;
  const signers = await signersOf(session, { reference, kit, place });
  const ancestors = await resolveAncestors(kit.kitfile, targets, { from: reference });
  await requireSignedAncestors(session, ancestors, { place, from: reference });
  using volume = openPlace(delivery.directory);
  using _lock = await lockEntry(volume.state, 'delivery', session.signal, () => note('Waiting for another container'));
  // What was kept is not what somebody signed.
  const kept = delivery.existing === 'keep' ? ' kept' : '';
  const wanted = `${entryName(kit, ancestors, delivery.filters)}${kept}`;
  if (isDone(volume, wanted)) note(`${delivery.directory} has ${digest} already`);
  else {
    if (nameIn(volume) !== wanted) forget(volume, wanted);
    note(`Unpacking ${formatReference(reference)} (${digest}) to ${delivery.directory}`);
    const strangers = othersIn(volume.directory);
    await unpackKit(session.kitwright(), {
      ...delivery,
      reference,
      kit,
      ancestors,
      targets,
      stage: openUnpackStage(volume.stage),
      // A kit could say there that another one, which somebody signed, is delivered already.
      reserved: stateFolder,
      isVouched: signers !== undefined || (await isVouched(session)),
      onStep: () => undefined,
      signal: session.signal,
    });
    finish(volume, wanted, strangers);
  }
  return { reference: formatReference(reference), digest, signers };
}

function othersIn(directory: string): ReadonlySet<string> {
  try {
    return strangersIn(directory);
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'read', directory);
  }
}

/** A directory, and what is known of it. */
interface Place extends Disposable {
  readonly directory: string;
  /** The path of an open directory. */
  readonly state: string;
  readonly stage: string;
  /** Names the kit, and what of it is wanted. */
  readonly name: string;
  /** The files, when all are there. */
  readonly done: string;
}

const stateFolder = '.kitwright';

/** Others may write to a volume: nothing is written or removed through a link in it. */
function openPlace(text: string): Place {
  const directory = resolve(text);
  try {
    // Whatever the umask, no other user writes to what is made here.
    using target = openOrMakeDirectory(directory, 0o755);
    const opened = openState(target.path, join(directory, stateFolder));
    const state = textOf(opened.path);
    return {
      directory,
      state,
      stage: join(state, 'stage'),
      name: join(state, 'kit'),
      done: join(state, 'files.json'),
      [Symbol.dispose]: () => opened[Symbol.dispose](),
    };
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'make', join(directory, stateFolder));
  }
}

/**
 * What another user of the volume left there does not count, nor does what a kit brought that was unpacked there before, by
 * whatever program: it would say that a kit is delivered already, which somebody signed, and the files would be other
 * ones.
 */
function openState(target: BytePath, shown: string): OpenDirectory {
  using folder = openFolder(target, shown);
  // In a volume of a group others may write there too.
  removeForeign(folder.path, markName);
  const mark = makeMark(folder.path);
  removeForeign(folder.path, mark);
  for (const name of namesIn(folder.path)) if (name !== mark && name !== markName) removeTree(folder.path, name);
  const opened = makeDirectory(folder.path, mark, 0o755);
  for (const name of ['stage', 'kit', 'files.json']) removeForeign(opened.path, name);
  return opened;
}

/**
 * The folder of the state, which is ours and carries a mark, or is new. Whoever may rename in the volume could give its name to
 * a directory with anything in it: that is moved aside, and not removed.
 */
function openFolder(target: BytePath, shown: string): OpenDirectory {
  for (let moved = 0; moved < 3; moved++) {
    if (isOurs(joinPath(target, bytePath(stateFolder)), target)) {
      const folder = makeDirectory(target, bytePath(stateFolder), 0o755);
      const isKnown = readMark(folder.path) !== undefined || !namesIn(folder.path).length;
      if (isKnown && isOurs(`${folder.path}/.`, target)) return folder;
      folder[Symbol.dispose]();
    }
    moveAside(target);
  }
  throw new KitwrightError('unpack-refused', `${shown} belongs to another user.`, { hint: 'Remove it.' });
}

function moveAside(target: BytePath): void {
  const at = (name: string) => fsPath(joinPath(target, bytePath(name)));
  renameSync(at(stateFolder), at(temporaryName(`${stateFolder}-aside`)));
}

function namesIn(directory: BytePath): readonly BytePath[] {
  return readdirSync(fsPath(directory) as string, { encoding: 'latin1' });
}

function removeForeign(directory: BytePath, name: BytePath): void {
  if (!isOurs(joinPath(directory, name), directory)) removeTree(directory, name);
}

/** Of what is not there too. */
function isOurs(path: BytePath, directory: BytePath): boolean {
  const stats = lstatSync(fsPath(path), { throwIfNoEntry: false });
  return stats === undefined || isOurOwner(stats.uid, directory);
}

/** Bytes: more than a list of the most files that a layer may have. */
const largest = 256 * 1024 * 1024;

function nameIn({ name }: Place): string | undefined {
  try {
    return readPlainFile(name, largest).toString();
  } catch {
    return undefined;
  }
}

/** Begins anew: what is there belongs to another kit, or to nobody. */
function forget({ directory, stage, done, name, state }: Place, wanted: string): void {
  try {
    for (const path of [done, stage]) removeTree(bytePath(state), bytePath(basename(path)));
    atomicWrite(name, wanted, state);
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', join(directory, stateFolder));
  }
}

function isDone(place: Place, wanted: string): boolean {
  if (nameIn(place) !== wanted) return false;
  try {
    return areAsBefore(
      place.directory,
      JSON.parse(readPlainFile(place.done, largest).toString()) as readonly EntryFile[],
    );
  } catch {
    return false;
  }
}

function finish({ directory, stage, done, state }: Place, wanted: string, strangers: ReadonlySet<string>): void {
  try {
    atomicWrite(done, JSON.stringify(deliveredFiles(directory, stateFolder, strangers)), state);
    removeTree(bytePath(state), bytePath(basename(stage)));
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', join(directory, stateFolder, wanted));
  }
}
