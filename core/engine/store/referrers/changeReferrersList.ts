import { setTimeout } from 'node:timers/promises';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { type Descriptor, descriptorOf } from '../../oci/descriptor.ts';
import { parseDescriptor } from '../../oci/manifest.ts';
import { mediaTypes } from '../../oci/mediaTypes.ts';
import type { JsonObject } from '../../oci/parseJsonObject.ts';
import { referrersTag } from '../../oci/referrerTags.ts';
import { contentOfBytes } from '../contentOf.ts';
import { eachOf } from '../eachOf.ts';
import { canSwapTag, type Target } from '../roles.ts';
import { type ReferrersList, readReferrersList, referrersListBytes } from './referrersList.ts';

/** A change of the list of one subject. */
export interface ListChange {
  readonly target: Target;
  readonly repository: string;
  readonly subject: Descriptor;
  /** Gives the entries themselves if nothing is to be changed. */
  readonly change: (entries: readonly JsonObject[]) => readonly JsonObject[];
}

const maxTries = 10;

/** In ms. The shortest covers a writer whose process had to wait between reading and writing. */
const [shortestPause, longestPause] = [100, 2000];

/**
 * Changes the list under the fallback tag so that nothing is lost that others add meanwhile: it is read, merged, written
 * (with `If-Match`, where the registry has it), and read again. Few registries compare before they write, so another
 * writer may write what it read before us: it is read again after as long as our own change took, and the change is made
 * again if it is gone. Throws `remote-refused` if others keep changing the list, and what the target throws.
 */
export async function changeReferrersList(wanted: ListChange): Promise<void> {
  for (let tries = 0; tries < maxTries; tries++) {
    const started = performance.now();
    if (await isMade(wanted)) return;
    const took = performance.now() - started;
    await setTimeout(Math.min(Math.max(took, shortestPause) * (1 + Math.random()), longestPause));
  }
  const { target, subject } = wanted;
  throw new KitwrightError(
    'remote-refused',
    `Others change the list of referrers of ${subject.digest} in ${target.name} all the time.`,
    { hint: 'Run the command again.' },
  );
}

/** True if there was nothing to change. */
async function isMade(wanted: ListChange): Promise<boolean> {
  const { target, repository, subject, change } = wanted;
  const before = await readReferrersList(target, repository, subject);
  const present = before?.entries ?? [];
  const entries = change(present);
  if (entries === present) return true;
  await write(wanted, entries, before).catch(async (error: unknown) => {
    // A registry may refuse a list of manifests that were deleted since.
    const left = await existing(target, entries);
    if (left.length === entries.length) throw error;
    await write(wanted, left, before);
  });
  return false;
}

async function write(
  { target, repository, subject }: ListChange,
  entries: readonly JsonObject[],
  before: ReferrersList | undefined,
): Promise<void> {
  const bytes = referrersListBytes(entries);
  const descriptor = descriptorOf(mediaTypes.index, bytes);
  const tag = referrersTag(subject.digest);
  await target.push(descriptor, contentOfBytes(bytes));
  const now = await target.resolve(repository, tag);
  if (now?.digest !== before?.descriptor.digest) return;
  if (canSwapTag(target)) await target.swapTag(descriptor, repository, tag, before?.descriptor);
  else await target.tag(descriptor, repository, tag);
}

/** Others wrote the list, of four megabytes maybe: not all entries are asked for at once. */
const together = 5;

async function existing(target: Target, entries: readonly JsonObject[]): Promise<readonly JsonObject[]> {
  const there = new Set<JsonObject>();
  await eachOf(entries, together, async (entry) => {
    if (await isThere(target, entry)) there.add(entry);
  });
  return entries.filter((entry) => there.has(entry));
}

async function isThere(target: Target, entry: JsonObject): Promise<boolean> {
  try {
    return await target.exists(parseDescriptor(entry));
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'kit-malformed') return false;
    throw error;
  }
}
