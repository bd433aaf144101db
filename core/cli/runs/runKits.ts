import { displayRepository, KitwrightError, listKits } from '@kitwright/core/internal';
import { rankMetrics } from '../dashboard/rankMetrics.ts';
import type { Session } from '../Session.ts';
import { type RunRecord, readRun } from './readRun.ts';

/** A kit that a watch made. */
export interface RunKit extends RunRecord {
  readonly run: string;
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: string;
  /** Bytes of all layers. */
  readonly size: number;
  /** When it was made, as ISO 8601; empty if unknown. */
  readonly time: string;
}

/** The kits of all runs in the local store, oldest first. */
export async function runKits(session: Session): Promise<readonly RunKit[]> {
  const kits = await listKits(session.stores(), ({ message }) => session.warn(message));
  const found = kits.flatMap(({ repository, tags, digest, manifest }): readonly RunKit[] => {
    const record = readRun(manifest.annotations ?? {});
    const { name: run, time = '' } = record.fields;
    if (run === undefined) return [];
    const size = manifest.layers.reduce((sum, layer) => sum + layer.size, 0);
    return [{ ...record, run, repository: displayRepository(repository), tags, digest, size, time }];
  });
  return found.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** Those of one run. Throws `kit-not-found`. */
export async function kitsOfRun(session: Session, name: string): Promise<readonly RunKit[]> {
  const all = await runKits(session);
  const kits = all.filter(({ run }) => run === name);
  if (kits.length > 0) return kits;
  const names = [...new Set(all.map(({ run }) => run))];
  throw new KitwrightError('kit-not-found', `There is no kit of a run ${JSON.stringify(name)} in the local store.`, {
    hint: names.length ? `There are runs ${names.slice(-5).join(', ')}.` : 'A watch records its run: --run NAME.',
  });
}

/** The names of metrics, those of evaluations and losses first, times and settings last. */
export function metricNames(kits: readonly Pick<RunRecord, 'metrics'>[]): readonly string[] {
  const { first, folded } = rankMetrics([...new Set(kits.flatMap(({ metrics }) => Object.keys(metrics)))]);
  return [...first, ...folded];
}

export function shownNumber(value: number | undefined): string {
  if (value === undefined) return '';
  return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value);
}

/** A metric in JSON, which has no NaN and infinities: those are strings. */
export function jsonMetrics(metrics: RunRecord['metrics']): Readonly<Record<string, number | string>> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)]),
  );
}

/** Characters of a value in a table. */
const maxShown = 60;

export function shortened(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown - 3)}...` : text;
}
