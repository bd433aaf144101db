import { formatSize } from '../output/formatSize.ts';
import { formatTable } from '../output/formatTable.ts';
import type { Session } from '../Session.ts';
import { jsonMetrics, kitsOfRun, metricNames, type RunKit, shownNumber } from './runKits.ts';

/** How many metrics have a column. */
const maxColumns = 4;

/** Prints the kits of a run, oldest first. Throws `kit-not-found`. */
export async function listRun(session: Session, name: string): Promise<undefined> {
  const kits = await kitsOfRun(session, name);
  session.output.answer({ json: { run: name, kits: kits.map(jsonKit) }, text: table(kits) });
}

function jsonKit({ repository, tags, digest, size, time, step, metrics }: RunKit) {
  return { repository, tags, digest, size, time, step: step ?? null, metrics: jsonMetrics(metrics) };
}

function table(kits: readonly RunKit[]): readonly string[] {
  const names = metricNames(kits).slice(0, maxColumns);
  return formatTable([
    ['TIME', 'STEP', ...names.map((name) => name.toUpperCase()), 'SIZE', 'NAME'],
    ...kits.map(({ time, step, metrics, size, repository, tags, digest }) => [
      time.replace(/\.\d+Z$/, 'Z'),
      step === undefined ? '' : String(step),
      ...names.map((metric) => shownNumber(metrics[metric])),
      formatSize(size),
      tags.length ? `${repository}:${tags.join(',')}` : `${repository}@${digest.slice(0, 19)}`,
    ]),
  ]);
}
