import {
  annotationNames,
  configFields,
  Fields,
  goJson,
  type LoadedKit,
  manifestFields,
} from '@kitwright/core/internal';
import type { Command } from 'commander';
import { loadNamed } from '../loadNamed.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('inspect')
      .argument('<reference>', '[registry/]repository:tag|@digest, or a target: see "copy --help"')
      .description("Show a ModelKit's digest, Kitfile and manifest as JSON")
      .option('-r, --remote', 'look in the remote registry'),
  )
    .addHelpText('after', '\nExample:\n  kitwright inspect repository:v1')
    .action(runCommand(inspect));
}

async function inspect(session: Session, text: string, { remote }: { readonly remote?: boolean }): Promise<undefined> {
  const { kit } = await loadNamed(session, text, remote ? 'remote' : 'local');
  session.output.document(goJson(fields(kit), '  '));
}

function fields({ descriptor, manifest, kitfile }: LoadedKit): Fields {
  return new Fields([
    ['digest', descriptor.digest],
    ['cliVersion', manifest.annotations[annotationNames.cliVersion] ?? 'unknown'],
    ['kitfile', configFields(kitfile)],
    ['manifest', manifestFields(manifest)],
  ]);
}
