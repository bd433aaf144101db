import { KitwrightError } from '@kitwright/core/internal';
import { unpackKit } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { loadAccepted, type NamedKit, originOf } from '../loadNamed.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { parsePairs } from '../options/parsePairs.ts';
import { repeatable } from '../options/repeatable.ts';
import { isVouched } from '../policy/isVouched.ts';
import { acceptedSources } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { scratchFolder } from '../scratchFolder.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('export')
      .argument('<reference>', '[registry/]repository:tag|@digest, or a target: see "copy --help"')
      .argument('<destination>', 'where to: what that means is up to the exporter')
      .description('Write a ModelKit in another form, by an exporter of a plugin')
      .requiredOption('--to <exporter>', 'the exporter, which a plugin provides')
      .option('--option <name=value>', 'a setting of the exporter; repeatable', repeatable, []),
  )
    .addHelpText(
      'after',
      '\nExample:\n  kitwright export team/model:v1 owner/name --to huggingface --option private=true',
    )
    .action(runCommand(exportKit));
}

interface ExportFlags {
  readonly to: string;
  readonly option: readonly string[];
}

async function exportKit(session: Session, text: string, destination: string, flags: ExportFlags): Promise<undefined> {
  const options = parsePairs(flags.option, 'An option');
  const { capabilities, contextFor } = session.kitwright();
  const exporter = exporterOf(session, flags.to);
  const named = await loadAccepted(session, text);
  const { name, kit } = named;
  using made = new DisposableStack();
  const lines = await exporter.export(
    {
      reference: name,
      descriptor: kit.descriptor,
      kitfile: kit.kitfile,
      destination,
      options,
      unpack: async (filters = []) => {
        const { path } = made.use(scratchFolder(session, 'export'));
        await unpackInto(session, named, path, filters);
        return path;
      },
    },
    contextFor(capabilities.pluginOf('exporter', exporter.id) ?? exporter.id),
  );
  session.output.answer({
    json: { reference: name, digest: kit.descriptor.digest, exporter: exporter.id, destination, lines },
    text: [`Exported ${name} to ${destination}`, ...lines],
  });
}

function exporterOf(session: Session, id: string) {
  const { capabilities } = session.kitwright();
  if (capabilities.all('exporter').length) return capabilities.get('exporter', id);
  throw new KitwrightError('usage', `There is no exporter ${JSON.stringify(id)}: no plugin provides any.`, {
    hint: 'Name the plugin of an exporter under "plugins" in config.json below $KITWRIGHT_HOME.',
  });
}

async function unpackInto(
  session: Session,
  { kit, repository }: NamedKit,
  directory: string,
  filters: readonly string[],
): Promise<void> {
  await unpackKit(session.kitwright(), {
    reference: originOf(repository),
    kit,
    targets: acceptedSources(session, 'anywhere'),
    directory,
    filters,
    existing: 'refuse',
    isScratch: true,
    isVouched: await isVouched(session),
    // Whoever wrote the kit chose them, also among the kits that only this user has.
    onStep: (step) => {
      if (step.step === 'reference')
        session.output.note(`The model of ${step.reference}, to which the kit refers, is exported too.`);
    },
    signal: session.signal,
  });
}
