import { resolve } from 'node:path';
import {
  type Existing,
  formatReference,
  isLocalOnly,
  KitwrightError,
  type LoadedKit,
  type Reference,
} from '@kitwright/core/internal';
import { type UnpackStep, unpackKit } from '@kitwright/core/internal/builds';
import { type Command, Option } from 'commander';
import { labelledKit } from '../indexes/labelledKit.ts';
import { isAtTarget, loadAtTarget } from '../loadNamed.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { repeatable } from '../options/repeatable.ts';
import { dataPlace } from '../output/dataPlace.ts';
import { packMissing } from '../packing/packMissing.ts';
import { isVouched } from '../policy/isVouched.ts';
import { defaultToLatest, requireOne } from '../references.ts';
import { acceptedSources } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { autoAgents, unpackSkills } from '../skills/unpackSkills.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('unpack')
      .argument('<reference>', '[registry/]repository[:tag|@digest], or a target: see "copy --help"')
      .description('Unpack a ModelKit into a directory; no file gets its name before its bytes are verified')
      .option('-d, --dir <directory>', 'target directory; created if it does not exist')
      .option('-o, --overwrite', 'overwrite existing files')
      .option('-i, --ignore-existing', 'keep existing files')
      .option(
        '-f, --filter <types:names>',
        'only these elements, e.g. "model", "datasets:train", "docs:glob:*.md"; repeatable',
        repeatable,
        [],
      )
      .option(
        '--include-remote',
        'also download datasets that are not packed: from S3 or where a plugin reads them, and from other kits',
      )
      .option(
        '-l, --label <label>',
        'the ModelKit of an index that has this label (q=q4), or the largest within a limit ("vram<=8GB"); repeatable',
        repeatable,
        [],
      )
      .addOption(
        new Option(
          '--as-skill [agents]',
          'install prompts that have a SKILL.md for coding agents: those that are installed, or --as-skill=claude-code,cursor; with -d for that project only',
        ).preset(autoAgents),
      )
      .option('-y, --yes', 'with --as-skill: install without asking')
      .option('--kitfile', 'deprecated: --filter=kitfile')
      .option('--model', 'deprecated: --filter=model')
      .option('--code', 'deprecated: --filter=code')
      .option('--datasets', 'deprecated: --filter=datasets')
      .option('--docs', 'deprecated: --filter=docs'),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright unpack repository:v1 -d out\n  kitwright unpack repository:v1 -d out --filter model --filter datasets:train\n  kitwright unpack repository:v1 --as-skill=claude-code -d .',
    )
    .action(runCommand(unpack));
}

interface UnpackFlags {
  readonly dir?: string;
  readonly overwrite?: boolean;
  readonly ignoreExisting?: boolean;
  readonly filter: readonly string[];
  readonly kitfile?: boolean;
  readonly model?: boolean;
  readonly code?: boolean;
  readonly datasets?: boolean;
  readonly docs?: boolean;
  readonly includeRemote?: boolean;
  readonly asSkill?: string;
  readonly yes?: boolean;
  readonly label: readonly string[];
}

/** The old flags of `kit`, one per type. */
const deprecated = ['kitfile', 'model', 'code', 'datasets', 'docs'] as const;

async function unpack(session: Session, text: string, flags: UnpackFlags): Promise<undefined> {
  if (await isAtTarget(session, text)) return unpackFromTarget(session, text, flags);
  const { say } = session.output;
  const named = defaultToLatest(requireOne(text), (shown) =>
    say(`No tag specified for unpack. Using 'latest' as default ('${shown}')`),
  );
  // A name with a host may be pulled from its registry.
  if (isLocalOnly(named)) await packMissing(session, named);
  const sources = acceptedSources(session, 'anywhere');
  const { reference } = await labelledKit(session, named, flags.label, sources);
  const filters = [...flags.filter, ...deprecated.filter((type) => flags[type])];
  const existing = existingOf(flags);
  if (flags.asSkill !== undefined)
    return unpackSkills(session, reference, {
      agents: flags.asSkill,
      filters,
      existing,
      project: flags.dir,
      yes: flags.yes === true,
    });
  return unpackTo(session, formatReference(reference), { reference }, filters, flags);
}

async function unpackFromTarget(session: Session, text: string, flags: UnpackFlags): Promise<undefined> {
  if (flags.asSkill !== undefined || flags.label.length)
    throw new KitwrightError('usage', '--as-skill and --label need a kit of the local store or of a registry.');
  const filters = [...flags.filter, ...deprecated.filter((type) => flags[type])];
  return unpackTo(session, text, await loadAtTarget(session, text), filters, flags);
}

async function unpackTo(
  session: Session,
  name: string,
  found: { readonly reference: Reference; readonly kit?: LoadedKit },
  filters: readonly string[],
  flags: UnpackFlags,
): Promise<undefined> {
  const { answer, say } = session.output;
  const directory = flags.dir ?? '.';
  say(`Unpacking to ${resolve(directory)}`);
  const { kit, layers, files } = await unpackKit(session.kitwright(), {
    ...found,
    targets: acceptedSources(session, 'anywhere'),
    directory,
    filters,
    existing: existingOf(flags),
    includeRemote: flags.includeRemote === true,
    isVouched: await isVouched(session),
    onStep: (step) => say(lineOf(step)),
    signal: session.signal,
  });
  answer({
    json: { reference: name, digest: kit.descriptor.digest, directory: resolve(directory), layers, files },
  });
}

function existingOf(flags: UnpackFlags): Existing {
  return flags.ignoreExisting ? 'keep' : flags.overwrite ? 'replace' : 'refuse';
}

const words = { mcpb: 'MCP server' } as const;

function lineOf(step: UnpackStep): string {
  if (step.step === 'kitfile')
    return step.existed ? `Found existing Kitfile at ${step.path}` : `Unpacking config to ${step.path}`;
  if (step.step === 'reference') return `Unpacking referenced ModelKit ${step.reference}`;
  if (step.step === 'remote-kit') return `Unpacking referenced dataset ModelKit ${step.reference} to ${step.path}`;
  if (step.step === 'remote-data')
    return step.kept
      ? `Kept ${step.path}, which is there already`
      : `Downloaded remote ${dataPlace(step.url)} dataset for path ${step.path}`;
  const { role, name, path } = step.element;
  return `Unpacking ${role === 'mcpb' ? words.mcpb : role}${name ? ` ${name}` : ''} to ${path}`;
}
