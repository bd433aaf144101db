import {
  canClose,
  findKit,
  formatReference,
  isDigest,
  KitwrightError,
  openTarget,
  tagKit,
} from '@kitwright/core/internal';
import type { Command } from 'commander';
import { isAtTarget } from '../loadNamed.ts';
import { requireTag } from '../references.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  program
    .command('tag')
    .argument('<source>', '[registry/]repository:tag|@digest, or a target: see "copy --help"')
    .argument('<target>', '[registry/]repository:tag, or at the same target')
    .description('Give a ModelKit another name')
    .addHelpText('after', '\nExample:\n  kitwright tag repository:v1 registry/repository:stable')
    .action(runCommand(tag));
}

async function tag(session: Session, from: string, to: string): Promise<undefined> {
  if (await isAtTarget(session, from)) return tagAtTarget(session, from, to);
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

/** Within one target of a plugin, without moving any bytes. */
async function tagAtTarget(session: Session, from: string, to: string): Promise<undefined> {
  const places = { kitwright: session.kitwright(), store: session.stores() };
  const { root } = await findKit(places, from);
  const { target, repository, references } = openTarget(places, to, 'push');
  const [name] = references;
  if (name === undefined || isDigest(name))
    throw new KitwrightError('reference-invalid', `Invalid target ${JSON.stringify(to)}: a tag is required.`);
  if (!(await target.exists(root)))
    throw new KitwrightError('kit-not-found', `${to} does not hold the kit ${root.digest}.`, {
      hint: `To copy it there: kitwright copy ${from} ${to}`,
    });
  await target.tag(root, repository, name);
  if (canClose(target)) await target.close();
  session.output.answer({
    json: { source: from, target: to },
    text: `Modelkit ${from} tagged as ${to}`,
  });
}
