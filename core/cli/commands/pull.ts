import {
  copyKit,
  displayReference,
  loadKitAt,
  type Reference,
  repositoryOf,
  resolveAncestors,
  resolveKit,
} from '@kitwright/core';
import type { Command } from 'commander';
import { networkOptions } from '../networkOptions.ts';
import { defaultToLatest, requireOne } from '../references.ts';
import { kitSources, openRemote } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

const pullOne = async (session: Session, reference: Reference): Promise<string> => {
  const { target: source } = openRemote(session, reference, 'pull');
  const { descriptor } = await resolveKit(reference, [() => source]);
  await copyKit(session.kitwright(), {
    source,
    root: descriptor,
    target: session.stores().local,
    repository: repositoryOf(reference),
    tags: reference.isDigest || reference.reference === undefined ? [] : [reference.reference],
    concurrency: session.options.network.concurrency,
    signal: session.signal,
  });
  return descriptor.digest;
};

/** Kits that this one refers to come along, each under its own name. */
const pullAncestors = async (session: Session, reference: Reference): Promise<void> => {
  const { local } = session.stores();
  const { descriptor } = await resolveKit(reference, [local]);
  const { kitfile } = await loadKitAt(descriptor, local);
  for (const { reference: parent, text, kit } of await resolveAncestors(
    kitfile,
    kitSources(session, undefined),
    reference,
  )) {
    if (kit.target === local) continue;
    session.output.result(`Pulling referenced ModelKit ${text}`);
    await pullOne(session, parent);
  }
};

const pull = async (session: Session, text: string): Promise<undefined> => {
  const { output, options } = session;
  const say = (line: string) => {
    if (!options.json) output.result(line);
  };
  const reference = defaultToLatest(requireOne(text), (shown) =>
    say(`No tag specified for pull. Using 'latest' as default ('${shown}')`),
  );
  openRemote(session, reference, 'pull');
  say(`Pulling ${displayReference(reference)}`);
  const digest = await pullOne(session, reference);
  await pullAncestors(session, reference);
  output.result(options.json ? JSON.stringify({ v: 1, digest }) : `Pulled ${digest}`);
};

export const define = (program: Command): void => {
  networkOptions(
    program
      .command('pull')
      .argument('<reference>', 'registry/repository[:tag|@digest]')
      .description(
        'Fetch a ModelKit, and those it refers to, into the local store; what is there is not fetched again',
      ),
  )
    .addHelpText('after', '\nExample:\n  kitwright pull registry.example.com/team/model:v1')
    .action(runCommand(pull));
};
