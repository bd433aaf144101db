import { configFields } from '@kitwright/core/internal';
import { describeLayers, kitfileYaml, type LayerDescription } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { tellUnread } from '../loading/tellUnread.ts';
import { loadNamed } from '../loadNamed.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { isReadByCi } from '../output/ciCommands.ts';
import { formatTable } from '../output/formatTable.ts';
import { escapeLines } from '../output/Output.ts';
import { yamlForCi } from '../output/yamlForCi.ts';
import { runCommand } from '../runCommand.ts';
import { type RunRecord, readRun } from '../runs/readRun.ts';
import { jsonMetrics, metricNames, shownNumber } from '../runs/runKits.ts';
import type { Session } from '../Session.ts';
import { selectPart } from '../selectPart.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('info')
      .argument('<reference>', '[registry/]repository:tag|@digest, or a target: see "copy --help"')
      .description('Show the Kitfile of a ModelKit')
      .option('-r, --remote', 'look in the remote registry')
      .option('-f, --filter <path>', 'only this part, e.g. model.parameters')
      .option('--run', 'what the kit records of the training that made it'),
  )
    .addHelpText('after', '\nExample:\n  kitwright info repository:v1 --filter model.parameters')
    .action(runCommand(info));
}

interface InfoFlags {
  readonly remote?: boolean;
  readonly filter?: string;
  readonly run?: boolean;
}

async function info(session: Session, text: string, { remote, filter, run }: InfoFlags): Promise<undefined> {
  const { name, kit } = await loadNamed(session, text, remote ? 'remote' : 'local');
  const { kitfile, descriptor, manifest } = kit;
  if (run) return showRun(session, name, readRun(manifest.annotations ?? {}));
  const shown = filter === undefined ? undefined : selectPart(kitfile, filter);
  const layers = shown ? [] : await describeLayers(session.kitwright(), kit);
  if (!shown) tellUnread(session, [kit]);
  const data = shown ? shown.value : configFields(kitfile);
  const yaml = yamlForCi(shown?.yaml ?? kitfileYaml(kitfile), data, session.env);
  session.output.answer({
    json: {
      reference: name,
      digest: descriptor.digest,
      ...(shown ? { filter, value: data } : { kitfile: data }),
      ...(layers.length ? { layers } : {}),
    },
    document: [yaml.replace(/\n$/, ''), ...layers.map((layer) => comments(layer, session.env))].join('\n'),
  });
}

/** What plugins say about a layer follows the Kitfile as comments, so that the whole stays a Kitfile. */
function comments({ layer, lines }: LayerDescription, env: Session['env']): string {
  return escapeLines([`# ${layer}`, ...lines.map((line) => `#   ${line}`)], isReadByCi(env));
}

function showRun({ output }: Session, reference: string, { fields, step, metrics }: RunRecord): undefined {
  const rows = [
    ...Object.entries(fields),
    ...(step === undefined ? [] : [['step', String(step)]]),
    ...metricNames([{ metrics }]).map((name) => [name, shownNumber(metrics[name])]),
  ];
  output.answer({
    json: { reference, fields, step: step ?? null, metrics: jsonMetrics(metrics) },
    text: rows.length ? formatTable(rows) : `${reference} records no run.`,
  });
}
