import { resolve } from 'node:path';
import {
  displayReference,
  displayRepository,
  formatReference,
  KitwrightError,
  parseReference,
  type Reference,
  repositoryOf,
} from '@kitwright/core/internal';
import { unpackKit } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { isVouched } from '../policy/isVouched.ts';
import { defaultToLatest, requireOne } from '../references.ts';
import { acceptedSources } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import { createPlaced } from '../runs/createPlaced.ts';
import { type FoundCheckpoint, findCheckpoint } from '../runs/findCheckpoint.ts';
import { modelPaths } from '../runs/modelPaths.ts';
import { readRun } from '../runs/readRun.ts';
import { runKits } from '../runs/runKits.ts';
import type { Session } from '../Session.ts';
import { bestTag } from '../watching/bestKit.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('restore')
      .argument('<reference>', '[registry/]repository[:tag|@digest]')
      .description('Put the checkpoint of a ModelKit back, and say from where a training resumes')
      .option('--best', 'the kit that "watch --best" tagged')
      .option('--step <number>', 'the local kit of this repository at this step')
      .option('-d, --dir <directory>', 'target directory; created if it does not exist', '.')
      .option('-o, --overwrite', 'overwrite existing files'),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright restore run --best -d resumed\n  kitwright restore run --step 500 -d resumed',
    )
    .action(runCommand(restore));
}

interface RestoreFlags {
  readonly best?: boolean;
  readonly step?: string;
  readonly dir: string;
  readonly overwrite?: boolean;
}

async function restore(session: Session, text: string, flags: RestoreFlags): Promise<undefined> {
  const { answer } = session.output;
  const reference = await chosen(session, text, flags);
  const placed = createPlaced(flags.dir);
  const { kit, files } = await unpackKit(session.kitwright(), {
    reference,
    targets: acceptedSources(session, 'anywhere'),
    directory: flags.dir,
    filters: ['model'],
    existing: flags.overwrite ? 'replace' : 'refuse',
    isVouched: await isVouched(session),
    onPlace: placed.onPlace,
    onStep: () => undefined,
    signal: session.signal,
  });
  const { step } = readRun(kit.manifest.annotations ?? {});
  const found = findCheckpoint(modelPaths(kit.kitfile, flags.dir), step, placed.has);
  const checkpoint = found && safeCheckpoint(session, found);
  answer({
    json: {
      reference: formatReference(reference),
      digest: kit.descriptor.digest,
      directory: resolve(flags.dir),
      files,
      step: step ?? null,
      checkpoint: checkpoint ?? null,
    },
    text: [
      `Restored ${displayReference(reference)}${step === undefined ? '' : `, step ${step}`}, to ${resolve(flags.dir)}`,
      ...(checkpoint === undefined ? [] : [`Resume from ${checkpoint}`]),
    ],
  });
}

/** Whatever else lies in a checkpoint is loaded with it. */
function safeCheckpoint(session: Session, { path, stranger }: FoundCheckpoint): string | undefined {
  if (stranger === undefined) return path;
  session.warn(
    `Do not resume from ${path}: ${stranger} is not of the kit, and was there before. Restore into a new directory.`,
  );
  return undefined;
}

async function chosen(session: Session, text: string, { best, step }: RestoreFlags): Promise<Reference> {
  if (best && step !== undefined) throw new KitwrightError('usage', '--best and --step choose different kits.');
  const given = requireOne(text);
  if ((best || step !== undefined) && given.reference !== undefined)
    throw new KitwrightError(
      'usage',
      `--best and --step choose a kit of a repository: leave ":${given.reference}" out.`,
    );
  if (best) return { ...given, reference: bestTag };
  if (step !== undefined) return atStep(session, given, step);
  return defaultToLatest(given, (shown) =>
    session.output.say(`No tag specified. Using 'latest' as default ('${shown}')`),
  );
}

/** The newest local kit of a repository at a step. Throws `usage`, `kit-not-found`. */
async function atStep(session: Session, repository: Reference, step: string): Promise<Reference> {
  if (!/^\d{1,15}$/.test(step))
    throw new KitwrightError('usage', `--step needs a number, not ${JSON.stringify(step)}.`);
  const all = await runKits(session);
  const kits = all.filter((kit) => repositoryOf(parseReference(kit.repository)) === repositoryOf(repository));
  const found = kits.findLast((kit) => kit.step === Number(step));
  if (found) return { ...repository, reference: found.digest, isDigest: true };
  const steps = [...new Set(kits.flatMap((kit) => kit.step ?? []))];
  throw new KitwrightError(
    'kit-not-found',
    `No local kit of ${displayRepository(repositoryOf(repository))} is at step ${step}.`,
    {
      hint: steps.length ? `There are steps ${steps.slice(-10).join(', ')}.` : 'No kit of it records a step.',
    },
  );
}
