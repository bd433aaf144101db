import { basename } from 'node:path';
import {
  allReferrers,
  cleanPath,
  type Kitfile,
  KitwrightError,
  openTarget,
  placeIn,
  referrersOfKit,
} from '@kitwright/core/internal';
import { amend, amendIndex, type KitAmended, withKitfileField } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { parsePairs } from '../options/parsePairs.ts';
import { repeatable } from '../options/repeatable.ts';
import { formatSize } from '../output/formatSize.ts';
import { acceptKits, admitKits } from '../policy/acceptKits.ts';
import { refuseForeign } from '../refuseForeign.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { openSignFlags } from '../signing/openSignFlags.ts';
import { type SignFlags, signOption } from '../signing/signingOptions.ts';

export function define(program: Command): void {
  signOption(
    networkOptions(
      program
        .command('amend')
        .argument('<reference>', 'a ModelKit at a target: see "copy --help"')
        .description('Change files, words or annotations of a ModelKit, or labels of an index, without moving layers')
        .option(
          '-f, --file <file[=path]>',
          'a file, and its path in the ModelKit (default: its name); repeatable',
          repeatable,
          [],
        )
        .option('--description <text>', 'the same as --set package.description=TEXT')
        .option(
          '--set <field=text>',
          'a field of package or model, e.g. package.license=MIT; repeatable',
          repeatable,
          [],
        )
        .option(
          '-a, --annotation <key=value>',
          'an annotation of the manifest, or KEY- to remove it; repeatable',
          repeatable,
          [],
        )
        .option('--kit <tag|digest>', 'of an index: the ModelKit whose labels are changed')
        .option(
          '-l, --label <label>',
          'with --kit: key=text, key:=JSON, or key- to remove it; repeatable',
          repeatable,
          [],
        )
        .option('-t, --tag <target>', 'where the new ModelKit goes; by default it takes the tag of the old one'),
    ),
  )
    .addHelpText(
      'after',
      '\nExample:\n  kitwright amend registry.example.com/team/model:v1 --file README.md -t registry.example.com/team/model:v1.1',
    )
    .action(runCommand(run));
}

interface AmendFlags extends SignFlags {
  readonly file: readonly string[];
  readonly description?: string;
  readonly set: readonly string[];
  readonly annotation: readonly string[];
  readonly kit?: string;
  readonly label: readonly string[];
  readonly tag?: string;
}

async function run(session: Session, from: string, flags: AmendFlags): Promise<undefined> {
  const files = flags.file.map(parseFile);
  for (const { from } of files) refuseForeign(from);
  const [fields, annotations] = [fieldsOf(flags), annotationsOf(flags.annotation)];
  const isChanged = files.length + fields.length + Object.keys(annotations).length > 0;
  const isIndex = flags.kit !== undefined || flags.label.length > 0;
  if (isIndex === isChanged) throw unclear(isIndex);
  if (isIndex) return amendLabels(session, from, flags);
  const edit = (kitfile: Kitfile) =>
    fields.reduce((edited: Kitfile, [name, text]) => withKitfileField(edited, name, text), kitfile);
  const made = await amend({ ...(await placesOf(session, from, flags)), files, annotations, edit });
  return report(session, from, flags, made);
}

function unclear(isIndex: boolean): KitwrightError {
  const message = isIndex
    ? '--kit and --label change an index, the other flags a ModelKit: use them one after the other.'
    : 'Nothing is to be changed: name it with --file, --set, --description, --annotation, or --kit and --label.';
  return new KitwrightError('usage', message);
}

/** The labels of one kit of an index. */
async function amendLabels(session: Session, from: string, flags: AmendFlags): Promise<undefined> {
  const { kit, label: labels } = flags;
  if (kit === undefined || !labels.length)
    throw new KitwrightError(
      'usage',
      '--kit names the ModelKit of an index, and --label what changes: both are needed.',
    );
  const { root, base } = await amendIndex({ ...(await placesOf(session, from, flags)), kit, labels });
  const to = flags.tag ?? from;
  session.output.answer({
    json: { source: from, target: to, base: base.digest, digest: root.digest, kit },
    text: `Amended ${base.digest} to ${root.digest} at ${to}`,
  });
  return undefined;
}

async function placesOf(session: Session, from: string, flags: AmendFlags) {
  const to = flags.tag ?? from;
  const places = { kitwright: session.kitwright(), store: session.stores() };
  return {
    ...places,
    from,
    to,
    accept: acceptKits(session),
    admit: admitKits(session, placeIn(places.kitwright, to, openTarget(places, to, 'push'))),
    signing: await openSignFlags(session, flags),
    concurrency: session.options.network.concurrency,
    signal: session.signal,
  };
}

/** `FILE`, or `FILE=PATH`. */
function parseFile(text: string): { readonly from: string; readonly path: string } {
  const at = text.lastIndexOf('=');
  const [from, given] = at < 0 ? [text, basename(text)] : [text.slice(0, at), text.slice(at + 1)];
  const path = cleanPath(given);
  if (from && !/^(?:\.\.?(?:\/|$)|\/)|[\\\0]/.test(path) && path !== 'Kitfile') return { from, path };
  throw new KitwrightError(
    'usage',
    `${JSON.stringify(text)} names no file in the ModelKit: FILE or FILE=PATH, with a path inside of it.`,
  );
}

function fieldsOf({ set, description }: AmendFlags): readonly (readonly [string, string])[] {
  const described = description === undefined ? [] : [['package.description', description] as const];
  return [...described, ...Object.entries(parsePairs(set, 'A field'))];
}

function annotationsOf(texts: readonly string[]): Readonly<Record<string, string | undefined>> {
  const removed = texts.filter((text) => !text.includes('=') && /.-$/.test(text));
  const set = parsePairs(
    texts.filter((text) => !removed.includes(text)),
    'An annotation',
  );
  return { ...Object.fromEntries(removed.map((text) => [text.slice(0, -1), undefined])), ...set };
}

async function report(session: Session, from: string, flags: AmendFlags, made: KitAmended): Promise<undefined> {
  const { root, base, repository, copied, existed, mounted, bytes } = made;
  const search = { target: base.target, repository, filter: allReferrers };
  const left = (await referrersOfKit(session.kitwright(), search, base.descriptor)).length;
  const [to, signed, digest] = [flags.tag ?? from, flags.sign !== undefined, base.descriptor.digest];
  session.output.answer({
    json: {
      source: from,
      target: to,
      base: digest,
      digest: root.digest,
      copied,
      existed,
      mounted,
      bytes,
      left,
      signed,
    },
    text: [
      `Amended ${digest} to ${root.digest} at ${to}`,
      `Sent ${formatSize(bytes)}; ${existed + mounted} blobs were taken over`,
      ...(signed ? [`Signed ${root.digest}`] : []),
      ...(left
        ? [`What was attached to the old ModelKit (${left}) stays with it: signatures and reports are about its digest`]
        : []),
    ],
  });
  return undefined;
}
