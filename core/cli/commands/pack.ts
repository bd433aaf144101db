import { join } from 'node:path';
import {
  canPushEarly,
  computeKit,
  createEarlyPush,
  displayPath,
  displayReference,
  type EarlyPush,
  exitCodes,
  formatReference,
  isAtUrl,
  type Kitwright,
  KitwrightError,
  type Layer,
  type PackOptions,
  type Plan,
  packKit,
  parseReference,
  previewKit,
  type Reference,
  remoteDatasets,
  repositoryOf,
  type Sent,
  type StoredKit,
} from '@kitwright/core/internal';
import type { Command } from 'commander';
import { projectKits } from '../config/projectKits.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { formPlugins, type PackFlags, packOptions, packSettings } from '../options/packOptions.ts';
import { repeatable } from '../options/repeatable.ts';
import { formatSize } from '../output/formatSize.ts';
import { formatTable } from '../output/formatTable.ts';
import { layerWord } from '../output/layerWord.ts';
import { type PushedKit, pushReference } from '../pushReference.ts';
import { defaultToLatest, namesOf } from '../references.ts';
import { openRemote } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    packOptions(
      program
        .command('pack')
        .argument('[directory]', 'the directory that holds the Kitfile')
        .description('Pack a directory into a ModelKit'),
    ),
  )
    .option('--all', 'pack every kit of the config file, parents first')
    .option('--filter <name>', 'of the kits of the config file only this one; repeatable', repeatable, [])
    .option('--push', 'send the kit to its registry; contents are then referred to, not copied into the store')
    .option('--dry-run', 'only show what would be packed')
    .option('--check', 'only say whether a pack would change the kit named by --tag (status 5)')
    .option('--blobs', 'also write each layer as a blob, so that other OCI tools can read the store')
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright pack .\n  kitwright pack . -t registry/repository:v1,latest\n  kitwright pack . -f prod.yaml --compression zstd',
    )
    .action(runCommand(pack));
}

interface Flags extends PackFlags {
  readonly blobs?: boolean;
  readonly push?: boolean;
  readonly dryRun?: boolean;
  readonly check?: boolean;
  readonly all?: boolean;
  readonly filter: readonly string[];
}

async function pack(session: Session, directory: string | undefined, flags: Flags): Promise<number | undefined> {
  if (flags.all || flags.filter.length) {
    if (directory !== undefined) throw new KitwrightError('usage', 'A directory cannot be named together with --all.');
    return packAll(session, flags);
  }
  if (directory === undefined) throw new KitwrightError('usage', "Missing required argument 'directory'.");
  return packOne(session, directory, flags);
}

/** Each kit of the config file, with what it says there and else with the flags. The worst status counts. */
async function packAll(session: Session, flags: Flags): Promise<number> {
  let worst = 0;
  for (const { name, kit, directory } of projectKits(session.project.found, flags.filter)) {
    session.output.note(`Packing ${name}`);
    const { directory: _, file, ...own } = kit;
    const named = file === undefined ? {} : { file: join(directory, file) };
    const status = await packOne(session, directory, { ...flags, ...(own as Partial<Flags>), ...named }, name);
    worst = Math.max(worst, status ?? 0);
  }
  return worst;
}

async function packOne(
  session: Session,
  directory: string,
  flags: Flags,
  kitName?: string,
): Promise<number | undefined> {
  const { output } = session;
  const name = nameOf(flags.tag, session);
  const kitwright = session.kitwright({ plugins: formPlugins(flags) });
  if (flags.push && !name)
    throw new KitwrightError('usage', '--push needs --tag: the name of the kit at its registry.');
  if (flags.push && name) openRemote(session, name, 'push');
  const options = optionsOf(session, directory, flags, name);
  const about = { ...(kitName === undefined ? {} : { kit: kitName }), names: name ? namesOf(name) : [] };
  if (flags.dryRun) {
    const plan = await previewKit(kitwright, options);
    output.answer({
      // Made only where it is printed: it names every file.
      get json() {
        return { ...about, ...planJson(plan) };
      },
      text: planText(plan),
    });
    return undefined;
  }
  if (flags.check) return check(session, kitwright, options, about);
  const early = flags.push && name ? earlyPush(session, kitwright, name) : undefined;
  const kit = await packKit(kitwright, { ...options, early }).finally(() => early?.settled());
  const sent = await early?.settled();
  output.say(lines(kit).join('\n'));
  const pushed = flags.push && name ? await pushAll(session, name, sent) : undefined;
  output.answer({ json: { ...about, ...asJson(kit), ...(pushed ? { pushed } : {}) } });
  return undefined;
}

/** The name that `-t` gives; an empty one counts as none. */
function nameOf(tag: string | undefined, session: Session): Reference | undefined {
  return tag
    ? defaultToLatest(parseReference(tag), (shown) => {
        session.output.say(`No tag or digest specified with --tag flag. Using 'latest' as default ('${shown}')`);
      })
    : undefined;
}

function optionsOf(session: Session, directory: string, flags: Flags, name: Reference | undefined): PackOptions {
  return {
    ...packSettings(session, {
      ...flags,
      // What is sent away at once need not be kept here too.
      capture: flags.push && flags.capture === 'auto' ? 'reference' : flags.capture,
    }),
    directory,
    name,
    blobs: flags.blobs === true,
    signal: session.signal,
  };
}

function planJson(plan: Plan) {
  return {
    directory: displayPath(plan.directory),
    layers: plan.layers.map(({ entry, files }) => ({
      ...entry,
      files: files.map(({ path, type, fingerprint }) => ({
        path: displayPath(path),
        type,
        size: type === 'file' ? fingerprint.size : 0,
      })),
    })),
  };
}

function planText(plan: Plan): string {
  const rows = plan.layers.map(({ entry, files }) => {
    const regular = files.filter(({ type }) => type === 'file');
    const bytes = regular.reduce((sum, { fingerprint }) => sum + fingerprint.size, 0);
    return [entry.role, entry.path, String(regular.length), formatSize(bytes), entry.mediaType];
  });
  return formatTable([['ROLE', 'PATH', 'FILES', 'SIZE', 'MEDIA TYPE'], ...rows]);
}

async function check(session: Session, kitwright: Kitwright, options: PackOptions, about: object): Promise<number> {
  const { name, store } = options;
  if (!name) throw new KitwrightError('usage', '--check needs --tag: the name of the kit to compare with.');
  const kit = await computeKit(kitwright, { ...options, capture: 'reference' });
  const before = await store.resolve(repositoryOf(name), name.reference ?? '');
  const same = before?.digest === kit.root.digest;
  const { digest } = kit.root;
  session.output.answer({
    json: { ...about, upToDate: same, digest, stored: before?.digest ?? null },
    text: same ? `Up to date: ${digest}` : `A pack would change ${formatReference(name)} to ${digest}`,
  });
  return same ? exitCodes.ok : exitCodes.outOfDate;
}

/** What must be hashed is sent to the registry meanwhile, where that takes uploads without knowing their digests. */
function earlyPush(session: Session, kitwright: Kitwright, name: Reference): EarlyPush | undefined {
  const { target } = openRemote(session, name, 'push');
  return canPushEarly(target) ? createEarlyPush(kitwright, target, session.options.network.concurrency) : undefined;
}

function asJson(kit: StoredKit) {
  return {
    digest: kit.root.digest,
    config: kit.config.digest,
    layers: kit.layers.map(({ entry, descriptor, cost }) => ({
      id: entry.id,
      path: entry.path,
      mediaType: descriptor.mediaType,
      digest: descriptor.digest,
      size: descriptor.size,
      reused: cost.reused,
      hashedBytes: cost.hashedBytes,
    })),
  };
}

function lines(kit: StoredKit): readonly string[] {
  return [
    ...kit.layers.map(savedLine),
    ...remoteDatasets(kit.kitfile)
      .filter(isAtUrl)
      .map(({ path }) => `Verified remote S3 dataset for path ${path}`),
    kit.configSaved
      ? `Saved configuration: ${kit.config.digest}`
      : `Configuration already exists in storage: ${kit.config.digest}`,
    kit.manifestSaved
      ? `Saved manifest to storage: ${kit.root.digest}`
      : `Manifest already exists in storage: ${kit.root.digest}`,
    `Model saved: ${kit.root.digest}`,
  ];
}

function savedLine({ descriptor, cost }: Layer): string {
  return `${cost.existed ? 'Already saved' : 'Saved'} ${layerWord(descriptor.mediaType)} layer: ${descriptor.digest}`;
}

async function pushAll(session: Session, name: Reference, sent: Sent | undefined): Promise<PushedKit> {
  session.output.say(`Pushing ${displayReference(name)}`);
  const pushed = await pushReference(session, { ...name, extraTags: [] }, name, sent);
  session.output.say(`Pushed ${pushed.digest}`);
  return pushed;
}
