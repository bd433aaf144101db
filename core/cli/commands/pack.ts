import { KitwrightError, withDetails } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { keepNames } from '../config/keepNames.ts';
import { kitFlags, kitOfDirectory } from '../config/kitFlags.ts';
import { type ProjectKit, projectKits } from '../config/projectKits.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { packOptions } from '../options/packOptions.ts';
import { repeatable } from '../options/repeatable.ts';
import { asKitwrightError } from '../output/errorText.ts';
import { type PackOneContext, type PackOneFlags, packOne } from '../packing/packOne.ts';
import { attestOptions } from '../provenance/attestOptions.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { openSignFlags } from '../signing/openSignFlags.ts';
import { type SignFlags, signOption } from '../signing/signingOptions.ts';

export function define(program: Command): void {
  attestOptions(
    signOption(
      networkOptions(
        packOptions(
          program
            .command('pack')
            .argument('[directory]', 'the directory that holds the Kitfile')
            .description('Pack a directory into a ModelKit'),
        ),
      ),
    ),
  )
    .option('--all', 'pack every kit of the config file, parents first')
    .option('--filter <name>', 'only this kit of the config file; repeatable', repeatable, [])
    .option('--push', 'also push the kit; its files are then not copied into the store')
    .option('--dry-run', 'only show what would be packed')
    .option('--check', 'only check whether a pack would change the kit named by --tag (exit status 5)')
    .option('--blobs', 'also write each layer as a blob, so that other OCI tools can read the store')
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright pack .\n  kitwright pack . -t registry/repository:v1,latest\n  kitwright pack . -f prod.yaml --compression zstd',
    )
    .action(runCommand(pack));
}

interface Flags extends PackOneFlags, SignFlags {
  readonly all?: boolean;
  readonly filter: readonly string[];
}

async function pack(session: Session, directory: string | undefined, flags: Flags): Promise<number | undefined> {
  if (flags.all || flags.filter.length) {
    if (directory !== undefined) throw new KitwrightError('usage', 'A directory cannot be named together with --all.');
    return packAll(session, flags);
  }
  if (directory === undefined) throw new KitwrightError('usage', "Missing required argument 'directory'.");
  const kit = kitOfDirectory(session.project.found, directory, flags.file);
  const signing = await signingOf(session, flags);
  return packOne(session, directory, kit ? kitFlags(session.project, kit, flags) : flags, {
    kit: kit?.name,
    keeper: keepNames(session, kit?.kit),
    ...signing,
  });
}

/**
 * The key is opened once for all kits, and not at all if none is made. That takes a while, so the kit is packed meanwhile,
 * unless somebody is asked for the password, or for an identity.
 */
async function signingOf(session: Session, flags: Flags): Promise<PackOneContext> {
  if (flags.dryRun || flags.check) return {};
  const signing = openSignFlags(session, flags);
  signing.catch(() => undefined);
  const hasPassword = flags.passwordFile !== undefined || session.env['COSIGN_PASSWORD'] !== undefined;
  if (typeof flags.sign !== 'string' || !hasPassword) await signing;
  return flags.sign === undefined ? {} : { signing };
}

/** Packs each kit of the config file, parents first. Returns the worst status. */
async function packAll(session: Session, flags: Flags): Promise<number> {
  const kits = projectKits(session.project.found, flags.filter);
  if (kits.length > 1) refuseFlagsOfOne(flags, kits);
  const signing = await signingOf(session, flags);
  let worst = 0;
  for (const kit of kits) {
    session.output.note(`Packing ${kit.name}`);
    const status = await packOne(session, kit.directory, kitFlags(session.project, kit, flags), {
      kit: kit.name,
      within: session.project.found?.within,
      keeper: keepNames(session, kit.kit),
      ...signing,
    }).catch((error: unknown) => {
      throw withDetails(asKitwrightError(error), { data: { kit: kit.name } });
    });
    worst = Math.max(worst, status ?? 0);
  }
  return worst;
}

/** Several kits cannot share a name or a Kitfile. */
function refuseFlagsOfOne({ tag, file }: Flags, kits: readonly ProjectKit[]): void {
  const flag = tag !== undefined ? '--tag' : file !== undefined ? '--file' : undefined;
  if (flag === undefined) return;
  throw new KitwrightError('usage', `${flag} is for one kit, and ${kits.length} would be packed.`, {
    hint: 'Choose one with --filter, or set "tag" and "file" of each kit in the config.',
  });
}
