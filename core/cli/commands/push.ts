import {
  displayReference,
  formatReference,
  type KitSigning,
  KitwrightError,
  namesTarget,
  parseReference,
  parseReferrerFilter,
  type Reference,
} from '@kitwright/core/internal';
import type { Command } from 'commander';
import { pluginDestination, registryDestination } from '../destination.ts';
import { referrersOption } from '../options/referrersOption.ts';
import type { Answer } from '../output/createResults.ts';
import { packMissing } from '../packing/packMissing.ts';
import { type PushedKit, pushKit } from '../pushKit.ts';
import { defaultToLatest } from '../references.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { openSignFlags } from '../signing/openSignFlags.ts';
import { type SignFlags, signOption } from '../signing/signingOptions.ts';

export function define(program: Command): void {
  signOption(
    referrersOption(
      program
        .command('push')
        .argument('<source>', '[registry/]repository[:tag|@digest] of the local store')
        .argument(
          '[target]',
          'registry/repository[:tag,...], or a target: see "copy --help"; the source itself by default',
        )
        .description('Push a ModelKit to a registry; if interrupted, the same command resumes'),
    ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright push registry.example.com/team/model:v1\n  kitwright push model:v1 registry.example.com/team/model:v1,latest',
    )
    .action(runCommand(push));
}

interface PushFlags extends SignFlags {
  readonly referrers: string;
}

async function push(session: Session, from: string, to: string | undefined, flags: PushFlags): Promise<undefined> {
  const { answer, say } = session.output;
  // A mistake in it is told before anything is packed.
  parseReferrerFilter(flags.referrers);
  if (to !== undefined && namesTarget(session.kitwright(), to)) return pushToTarget(session, from, to, flags);
  const source = defaultToLatest(single(from, 'source'), (shown) =>
    say(`No tag specified for push. Using 'latest' as default ('${shown}')`),
  );
  const destination =
    to === undefined
      ? source
      : defaultToLatest(parseReference(to), (shown) =>
          say(`No tag specified for push target. Using 'latest' as default ('${shown}')`),
        );
  const place = registryDestination(session, destination);
  place.open();
  const signing = await openSignFlags(session, flags);
  await packMissing(session, source);
  say(
    `Pushing ${to === undefined ? displayReference(source) : `${formatReference(source)} to ${formatReference(destination)}`}`,
  );
  const pushed = await pushKit(session, source, place, { referrers: flags.referrers, signing });
  answer(answerOf(pushed, signing));
}

/** To a target of a plugin: `archive:`, `oci:`, or one of a user's plugin. */
async function pushToTarget(session: Session, from: string, to: string, flags: PushFlags): Promise<undefined> {
  const source = defaultToLatest(single(from, 'source'), (shown) =>
    session.output.say(`No tag specified for push. Using 'latest' as default ('${shown}')`),
  );
  const destination = pluginDestination(session, to);
  const signing = await openSignFlags(session, flags);
  await packMissing(session, source);
  session.output.say(`Pushing ${displayReference(source)} to ${to}`);
  const pushed = await pushKit(session, source, destination, { referrers: flags.referrers, signing });
  session.output.answer(answerOf(pushed, signing));
}

function answerOf(pushed: PushedKit, signing: KitSigning | undefined): Answer {
  const signed = signing !== undefined;
  return {
    json: signed ? { ...pushed, signed } : pushed,
    text: [...(signed ? [`Signed ${pushed.digest}`] : []), `Pushed ${pushed.digest}`],
  };
}

function single(text: string, what: string): Reference {
  const reference = parseReference(text);
  if (reference.extraTags.length === 0) return reference;
  throw new KitwrightError(
    'reference-invalid',
    `Invalid ${what} ${JSON.stringify(text)}: several tags cannot be used here.`,
  );
}
