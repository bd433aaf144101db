import {
  annotationNames,
  type CheckpointProgress,
  KitwrightError,
  type LocalStore,
  loadKitAt,
  type Reference,
  repositoryOf,
} from '@kitwright/core/internal';

/** The tag of the best kit of a repository: it moves. */
export const bestTag = 'best';

/** A metric, and whether less or more of it is better. */
export interface BestMetric {
  readonly name: string;
  readonly better: 'min' | 'max';
}

/** Reads `eval_loss:min`, `accuracy:max`. Throws `usage`. */
export function parseBest(text: string): BestMetric {
  const [, name = '', better] = /^(\w{1,64}):(min|max)$/.exec(text) ?? [];
  if (name) return { name, better: better === 'max' ? 'max' : 'min' };
  throw new KitwrightError('usage', `--best must be METRIC:min or METRIC:max, not ${JSON.stringify(text)}.`, {
    hint: 'For example --best eval_loss:min.',
  });
}

/** Finds out which kit is the best so far. NaN and infinities never are. */
export interface BestKit {
  readonly isBest: (progress: CheckpointProgress | undefined) => boolean;
  /** A kit with this progress was committed. */
  readonly note: (progress: CheckpointProgress | undefined) => void;
}

/** Goes on from the kit that has the tag already. */
export async function findBest(store: LocalStore, kit: Reference, { name, better }: BestMetric): Promise<BestKit> {
  let best = await storedValue(store, repositoryOf(kit), name);
  const finiteIn = (progress: CheckpointProgress | undefined) => {
    const value = progress?.metrics[name];
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  };
  const isBetter = (value: number) => best === undefined || (better === 'min' ? value < best : value > best);
  return {
    isBest: (progress) => {
      const value = finiteIn(progress);
      return value !== undefined && isBetter(value);
    },
    note: (progress) => {
      const value = finiteIn(progress);
      if (value !== undefined && isBetter(value)) best = value;
    },
  };
}

async function storedValue(store: LocalStore, repository: string, metric: string): Promise<number | undefined> {
  const found = store.list().find((name) => name.repository === repository && name.tag === bestTag);
  if (!found) return undefined;
  const { manifest } = await loadKitAt(found.descriptor, store);
  const text = manifest.annotations[`${annotationNames.metricPrefix}${metric}`];
  return text !== undefined && Number.isFinite(Number(text)) ? Number(text) : undefined;
}
