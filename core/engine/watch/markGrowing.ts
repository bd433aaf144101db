import { type BytePath, baseOf } from '../files/bytePath.ts';
import type { Plan, PlanFile } from '../host/nouns.ts';

/** Names of files that their writers only append to. */
const logs = /^events\.out\.tfevents|\.(?:log|csv|tsv|jsonl|ndjson|txt|out|err|wandb)$/i;

export function isLog(path: BytePath): boolean {
  return logs.test(baseOf(path));
}

/**
 * Marks the files that are only appended to: of those, the bytes that the scan saw are packed, even if they grow while
 * they are read.
 */
export function markGrowing(plan: Plan, grows: (path: BytePath) => boolean): Plan {
  const isMarked = ({ path, type, copy }: PlanFile) => type === 'file' && !copy && grows(path);
  const mark = (file: PlanFile): PlanFile => (isMarked(file) ? { ...file, grows: true } : file);
  return {
    ...plan,
    layers: plan.layers.map((layer) =>
      layer.files.some(isMarked) ? { ...layer, files: layer.files.map(mark) } : layer,
    ),
  };
}
