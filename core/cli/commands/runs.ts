import type { Command } from 'commander';
import { formatTable } from '../output/formatTable.ts';
import { runCommand } from '../runCommand.ts';
import { jsonMetrics, kitsOfRun, metricNames, type RunKit, runKits, shortened, shownNumber } from '../runs/runKits.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  program
    .command('runs')
    .argument('[name...]', 'runs to compare')
    .description('List the runs of watches, or compare what some of them recorded')
    .addHelpText('after', '\nExamples:\n  kitwright runs\n  kitwright runs lr-1e-4 lr-3e-4')
    .action(runCommand(runs));
}

async function runs(session: Session, names: readonly string[]): Promise<undefined> {
  if (names.length) await compareRuns(session, names);
  else await listRuns(session);
}

async function listRuns(session: Session): Promise<void> {
  const groups = Map.groupBy(await runKits(session), ({ run }) => run);
  const found = [...groups].map(([name, kits]) => ({ name, kits: kits.length, last: kits.at(-1) as RunKit }));
  session.output.answer({
    json: {
      runs: found.map(({ name, kits, last }) => ({
        name,
        kits,
        started: last.fields['started'] ?? null,
        step: last.step ?? null,
        metrics: jsonMetrics(last.metrics),
        command: last.fields['command'] ?? null,
        commit: last.fields['commit'] ?? null,
      })),
    },
    text: formatTable([
      ['RUN', 'KITS', 'STARTED', 'STEP', 'METRIC', 'COMMIT', 'COMMAND'],
      ...found.map(({ name, kits, last }) => [
        name,
        String(kits),
        (last.fields['started'] ?? '').replace(/\.\d+Z$/, 'Z'),
        last.step === undefined ? '' : String(last.step),
        firstMetric(last),
        (last.fields['commit'] ?? '').slice(0, 12),
        shortened(last.fields['command'] ?? ''),
      ]),
    ]),
  });
}

function firstMetric({ metrics }: RunKit): string {
  const [name] = metricNames([{ metrics }]);
  return name === undefined ? '' : `${name} ${shownNumber(metrics[name])}`;
}

/** A column for each run; the values are those of its last kit. */
async function compareRuns(session: Session, names: readonly string[]): Promise<void> {
  const all = await Promise.all(names.map((name) => kitsOfRun(session, name)));
  const last = all.map((kits) => kits.at(-1) as RunKit);
  const fields = [...new Set(last.flatMap((kit) => Object.keys(kit.fields)))].filter((field) => field !== 'name');
  session.output.answer({
    json: {
      runs: last.map(({ run, fields: recorded, step, metrics }) => ({
        name: run,
        fields: recorded,
        step: step ?? null,
        metrics: jsonMetrics(metrics),
      })),
    },
    text: formatTable([
      ['', ...names],
      ['kits', ...all.map((kits) => String(kits.length))],
      ['step', ...last.map(({ step }) => (step === undefined ? '' : String(step)))],
      ...metricNames(last).map((name) => [name, ...last.map(({ metrics }) => shownNumber(metrics[name]))]),
      ...fields.map((field) => [field, ...last.map((kit) => shortened(kit.fields[field] ?? ''))]),
    ]),
  });
}
