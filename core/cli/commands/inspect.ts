import {
  allReferrers,
  annotationNames,
  configFields,
  Fields,
  goJson,
  type LoadedKit,
  manifestFields,
  type Referrer,
  referrersOfKit,
} from '@kitwright/core/internal';
import { describeLayers, type LayerDescription } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { loadNamed } from '../loadNamed.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { referrerTree } from '../referrers/referrerViews.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('inspect')
      .argument('<reference>', '[registry/]repository:tag|@digest, or a target: see "copy --help"')
      .description("Show a ModelKit's digest, Kitfile and manifest as JSON")
      .option('-r, --remote', 'look in the remote registry')
      .option('--referrers', 'also what is attached to it'),
  )
    .addHelpText('after', '\nExample:\n  kitwright inspect repository:v1')
    .action(runCommand(inspect));
}

interface InspectFlags {
  readonly remote?: boolean;
  readonly referrers?: boolean;
}

async function inspect(session: Session, text: string, flags: InspectFlags): Promise<undefined> {
  const { kit, repository } = await loadNamed(session, text, flags.remote ? 'remote' : 'local');
  const search = { target: kit.target, repository, filter: allReferrers };
  const referrers = flags.referrers ? await referrersOfKit(session.kitwright(), search, kit.descriptor) : undefined;
  const layers = await describeLayers(session.kitwright(), kit);
  session.output.document(goJson(fields(kit, referrers, layers), '  '));
}

/** As `kit` has them; referrers only if they were asked for, layers only if a plugin has something to say. */
function fields(
  { descriptor, manifest, kitfile }: LoadedKit,
  referrers: readonly Referrer[] | undefined,
  layers: readonly LayerDescription[],
): Fields {
  return new Fields([
    ['digest', descriptor.digest],
    ['cliVersion', manifest.annotations[annotationNames.cliVersion] ?? 'unknown'],
    ['kitfile', configFields(kitfile)],
    ['manifest', manifestFields(manifest)],
    ['referrers', referrers && referrerTree(referrers, descriptor.digest)],
    [
      'layers',
      layers.length
        ? layers.map(
            ({ layer, lines }) =>
              new Fields([
                ['layer', layer],
                ['lines', [...lines]],
              ]),
          )
        : undefined,
    ],
  ]);
}
