import { setTimeout } from 'node:timers/promises';
import { type BytePath, baseOf } from '../files/bytePath.ts';
import { type Fingerprint, fileId } from '../files/fingerprint.ts';
import type { Plan, PlanFile, PlannedLayer } from '../host/nouns.ts';
import { pathsOf, perPaths, tableOf } from '../host/plannedTable.ts';
import { type CopiedPlan, copyChanging } from './copyChanging.ts';
import type { Decision } from './Decision.ts';
import type { Look } from './Look.ts';

/**
 * The plan of a kit in which every file can be read undisturbed: logs as far as the scan saw them, what is written all
 * the time from copies. Disposing it removes the copies.
 */
export async function readablePlan(
  { kitwright, options }: Look,
  plan: Plan,
  { changing, quietTimes }: Decision,
): Promise<CopiedPlan> {
  const growsOnly = (path: BytePath) => quietTimes.get(path)?.grows;
  const isOwn = (fingerprint: Fingerprint) => options.ownOutput?.has(fileId(fingerprint)) === true;
  const inPlace = ({ path, fingerprint }: Pick<PlanFile, 'path' | 'fingerprint'>) =>
    isOwn(fingerprint) || isLog(path)
      ? growsOnly(path) !== false
      : growsOnly(path) === true && fingerprint.size > largest;
  const growing = quietTimes.values().some(({ grows }) => grows === true);
  const mayGrow = (layer: PlannedLayer) =>
    tableOf(layer) === undefined ||
    (options.ownOutput?.size ?? 0) > 0 ||
    hasLog(layer) ||
    (growing && pathsOf(layer).some((path) => growsOnly(path) === true));
  // With references only, there is no place for copies.
  const isCopied = options.capture !== 'reference' && changing.size > 0;
  const copied = !isCopied
    ? uncopied(plan)
    : await copyChanging(plan, {
        isWanted: (file) => changing.has(file.path) && !inPlace(file),
        growsOnly: (path) => growsOnly(path) === true,
        capabilities: kitwright.capabilities,
        pause: setTimeout,
        folder: options.store.layout.tmp,
      });
  return { ...copied, plan: markGrowing(copied.plan, mayGrow, inPlace) };
}

function uncopied(plan: Plan): CopiedPlan {
  return { plan, odd: [], [Symbol.dispose]: () => undefined };
}

/** Larger files (bytes) that were seen to grow are not copied. */
const largest = 64 * 1024 * 1024;

/** Names of files that their writers only append to. */
const logs = /^events\.out\.tfevents|\.(?:log|csv|tsv|jsonl|ndjson|txt|out|err|wandb)$/i;

const hasLog = perPaths((paths) => paths.some(isLog));

function isLog(path: BytePath): boolean {
  return logs.test(baseOf(path));
}

function markGrowing(plan: Plan, mayGrow: (layer: PlannedLayer) => boolean, grows: (file: PlanFile) => boolean): Plan {
  const isMarked = (file: PlanFile) => file.type === 'file' && !file.copy && grows(file);
  const mark = (file: PlanFile): PlanFile => (isMarked(file) ? { ...file, grows: true } : file);
  return {
    ...plan,
    layers: plan.layers.map((layer) =>
      mayGrow(layer) && layer.files.some(isMarked) ? { ...layer, files: layer.files.map(mark) } : layer,
    ),
  };
}

/** The plan to compare with: a copy is gone after the build. */
export function withoutCopies(plan: Plan): Plan {
  const plain = ({ copy: _, ...file }: PlanFile): PlanFile => file;
  const hasCopies = (layer: PlannedLayer) => !tableOf(layer) && layer.files.some(({ copy }) => copy);
  const layers = plan.layers.map((layer) => (hasCopies(layer) ? { ...layer, files: layer.files.map(plain) } : layer));
  return { ...plan, layers };
}
