import { formatReference, tagKit } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { requireTag } from '../references.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  program
    .command('tag')
    .argument('<source>', '[registry/]repository:tag|@digest')
    .argument('<target>', '[registry/]repository:tag')
    .description('Give a ModelKit another name')
    .addHelpText('after', '\nExample:\n  kitwright tag repository:v1 registry/repository:stable')
    .action(runCommand(tag));
}

async function tag(session: Session, from: string, to: string): Promise<undefined> {
  const source = requireTag(from);
  // `kit` uses the first of several tags and ignores the others.
  const name = { ...requireTag(to.split(',')[0] ?? ''), extraTags: [] };
  await tagKit(session.stores(), source, name);
  const [shownFrom, shownTo] = [formatReference(source), formatReference(name)];
  session.output.answer({
    json: { source: shownFrom, target: shownTo },
    text: `Modelkit ${shownFrom} tagged as ${shownTo}`,
  });
}
