import {
  displayReference,
  findKit,
  formatReference,
  isDigest,
  isTag,
  KitwrightError,
  loadKitAt,
  namesTarget,
  parseReference,
  parseReferrerFilter,
  type Reference,
  type ReferrerFilter,
  resolveAncestors,
  resolveKit,
} from '@kitwright/core/internal';
import { copy } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { labelledKit } from '../indexes/labelledKit.ts';
import { localName } from '../localName.ts';
import { referrersOption } from '../options/referrersOption.ts';
import { repeatable } from '../options/repeatable.ts';
import { acceptKits } from '../policy/acceptKits.ts';
import { copyHere, pullAs } from '../pullAs.ts';
import { defaultToLatest, requireOne } from '../references.ts';
import { acceptedSources, openRemote } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  referrersOption(
    program
      .command('pull')
      .argument('<reference>', 'registry/repository[:tag|@digest], or a target: see "copy --help"')
      .description(
        'Pull a ModelKit, and those it refers to, into the local store; blobs that the store has are skipped',
      )
      .option(
        '-l, --label <label>',
        'the ModelKit of an index that has this label (q=q4), or the largest within a limit ("vram<=8GB"); repeatable',
        repeatable,
        [],
      ),
  )
    .addHelpText('after', '\nExample:\n  kitwright pull registry.example.com/team/model:v1')
    .action(runCommand(pull));
}

interface PullFlags {
  readonly label: readonly string[];
  readonly referrers: string;
}

async function pull(session: Session, text: string, { label, referrers }: PullFlags): Promise<undefined> {
  const { answer, say } = session.output;
  const filter = parseReferrerFilter(referrers);
  if (namesTarget(session.kitwright(), text)) return pullFromTarget(session, text, label, referrers);
  const reference = defaultToLatest(requireOne(text), (shown) =>
    say(`No tag specified for pull. Using 'latest' as default ('${shown}')`),
  );
  openRemote(session, reference, 'pull');
  say(`Pulling ${displayReference(reference)}`);
  const { kit, tags } = await chosen(session, reference, label);
  const digest = await pullAs(session, kit, tags, filter);
  const references = await pullAncestors(session, kit, filter);
  answer({ json: { reference: formatReference(kit), tags, digest, references }, text: `Pulled ${digest}` });
}

/** From a target of a plugin. The kit gets the name of the repository there, or of the file or directory. */
async function pullFromTarget(
  session: Session,
  text: string,
  label: readonly string[],
  referrers: string,
): Promise<undefined> {
  if (label.length) throw new KitwrightError('usage', '--label needs an index at a registry.');
  const places = { kitwright: session.kitwright(), store: session.stores(), accept: acceptKits(session) };
  const { opened, reference } = await findKit(places, text);
  const name = nameHere(opened.repository, reference, text);
  session.output.say(`Pulling ${text} as ${displayReference(name)}`);
  const { descriptor } = await copy(session.kitwright(), {
    from: text,
    to: `store:${displayReference(name)}`,
    store: places.store,
    accept: places.accept,
    referrers,
    allowedRegistries: session.options.network.allowRegistry,
    concurrency: session.options.network.concurrency,
    signal: session.signal,
  });
  const { digest } = descriptor;
  session.output.answer({
    json: { reference: displayReference(name), tags: tagsOf(name), digest },
    text: `Pulled ${digest}`,
  });
}

/** A kit that has its full name in an archive keeps it. */
function nameHere(repository: string, reference: string, text: string): Reference {
  if (repository === '' && !isTag(reference) && !isDigest(reference)) return parseReference(reference);
  return parseReference(`${localName(repository || text)}:${isDigest(reference) ? 'latest' : reference}`);
}

/** What to pull: the kit itself, or the one of an index that has the labels, under its recorded tag. */
async function chosen(session: Session, reference: Reference, labels: readonly string[]) {
  if (!labels.length) return { kit: reference, tags: tagsOf(reference) };
  const { reference: kit, tag } = await labelledKit(session, reference, labels, acceptedSources(session, 'remote'));
  return { kit, tags: tag === undefined ? [] : [tag] };
}

function tagsOf({ isDigest, reference }: Reference): readonly string[] {
  return isDigest || reference === undefined ? [] : [reference];
}

/** Pulls the kits to which this one refers, each under its own name. */
async function pullAncestors(
  session: Session,
  reference: Reference,
  referrers: ReferrerFilter,
): Promise<readonly object[]> {
  const { local } = session.stores();
  const { descriptor } = await resolveKit(reference, [local]);
  const { kitfile } = await loadKitAt(descriptor, local);
  const pulled: object[] = [];
  for (const { reference: parent, text, kit } of await resolveAncestors(kitfile, acceptedSources(session, 'anywhere'), {
    self: reference,
    from: reference,
  })) {
    if ('layout' in kit.target) continue;
    session.output.say(`Pulling referenced ModelKit ${text}`);
    pulled.push({ reference: text, digest: await copyHere(session, kit.target, parent, tagsOf(parent), referrers) });
  }
  return pulled;
}
