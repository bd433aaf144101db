import { type BytePath, baseOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import type { Fingerprint } from '../files/fingerprint.ts';
import type { Plan } from '../host/nouns.ts';
import { perPaths } from '../host/plannedTable.ts';
import type { Change } from './changes.ts';
import { holdTimeOf } from './QuietTimes.ts';
import type { Records, Waiting, WaitingOptions } from './Waiting.ts';

/** Names of files to which a training appends lines: metrics, and what a scheduler writes. */
const recordName = /\.(?:csv|tsv|jsonl|ndjson|out|err)$/i;

/**
 * A file of records that only grew since the last kit makes none by itself, even if it rests between two lines: else
 * each line would be a kit. After a while it does, each time after a longer one.
 */
export function waitingForRecords({ path, fingerprint, before }: Change, options: WaitingOptions): Waiting | undefined {
  const { now, quiet, quietTimes, records, ignoresQuietTime } = options;
  if (ignoresQuietTime || !fingerprint || !before || !onlyGrew(path, before, fingerprint)) return undefined;
  const since = quietTimes.get(path)?.since ?? now;
  const left = holdTimeOf({ packed: records.get(path)?.packed ?? 0 }, quiet) - (now - since);
  if (left <= 0) return undefined;
  const reason = 'it only grows; the next kit has what is there then';
  return { path: displayPath(path), at: path, reason, timeOnly: true, comesAlong: true, until: now + left };
}

function onlyGrew(path: BytePath, before: Fingerprint, now: Fingerprint): boolean {
  return recordName.test(baseOf(path)) && before.ino === now.ino && now.size > before.size;
}

const hasRecords = perPaths((paths) => paths.some((path) => recordName.test(path)));

/** After so long a rest (ms) a file is no longer one that grows all the time. */
const longRest = 20 * 60_000;

/** What is known after a kit with this plan, which followed one with the plan `last`. */
export function learnRecords(known: Records, last: Plan | undefined, plan: Plan, now: number): Records {
  if (!plan.layers.some((layer) => hasRecords(layer))) return known;
  const before = new Map(last?.layers.flatMap(({ files }) => files.map((file) => [file.path, file.fingerprint])));
  const grown = plan.layers.flatMap(({ files }) =>
    files.flatMap(({ path, fingerprint }) => {
      const old = before.get(path);
      if (!old || !onlyGrew(path, old, fingerprint)) return [];
      const was = known.get(path);
      return [[path, { packed: (was && now - was.at < longRest ? was.packed : 0) + 1, at: now }] as const];
    }),
  );
  return grown.length ? new Map([...known, ...grown]) : known;
}
