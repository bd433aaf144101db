import {
  canPushEarly,
  type KitSigning,
  type Kitwright,
  KitwrightError,
  parseReference,
  type Reference,
  repositoryOf,
} from '@kitwright/core/internal';
import {
  createEarlyPush,
  type EarlyPush,
  type PackOptions,
  packKit,
  previewKit,
  type Sent,
} from '@kitwright/core/internal/builds';
import type { NameKeeper } from '../config/keepNames.ts';
import { type Destination, destinationOf, isPlace, registryDestination } from '../destination.ts';
import { formPlugins, type PackFlags, packSettings } from '../options/packOptions.ts';
import { addEvidence } from '../provenance/addEvidence.ts';
import { type AttestFlags, mostAttestedFiles } from '../provenance/attestOptions.ts';
import { openAttesting } from '../provenance/openAttesting.ts';
import { type PushedKit, pushKit } from '../pushKit.ts';
import { defaultToLatest, namesOf } from '../references.ts';
import type { Session } from '../Session.ts';
import { checkKit } from './checkKit.ts';
import { packJson, packLines } from './packResult.ts';
import { planJson, planText } from './planResult.ts';
import { tellForeign } from './tellForeign.ts';

/** The flags of `pack` that concern one kit. */
export interface PackOneFlags extends PackFlags, Partial<AttestFlags> {
  readonly blobs?: boolean;
  readonly push?: boolean;
  /** From the config: where `--push` pushes to instead of to `--tag`. */
  readonly pushTo?: string;
  readonly dryRun?: boolean;
  readonly check?: boolean;
}

/** What a pack is told beside its flags. */
export interface PackOneContext {
  /** Its name in the config. */
  readonly kit?: string | undefined;
  /** The directory (`fileId`) in which that of the kit must lie. */
  readonly within?: string | undefined;
  readonly keeper?: NameKeeper | undefined;
  /** Signs the kit in the store, so that the signature is pushed with it, before the tags. */
  readonly signing?: Promise<KitSigning | undefined> | undefined;
}

/** Packs one kit, or reports what a pack would do. Returns the exit status. */
export async function packOne(
  session: Session,
  directory: string,
  flags: PackOneFlags,
  { kit, within, keeper, signing: opening }: PackOneContext = {},
): Promise<number | undefined> {
  tellForeign(session, directory, flags.strict === true);
  const kitwright = session.kitwright({ plugins: await formPlugins(flags) });
  const place = flags.tag && isPlace(session, flags.tag) ? destinationOf(session, flags.tag) : undefined;
  const name = place ? place.local : nameOf(flags.tag, session);
  const destination = flags.push ? pushDestination(session, name, flags.pushTo, place) : place;
  const options = { ...optionsOf(session, directory, flags, name), within, onNames: keeper?.onNames };
  const about = { ...(kit === undefined ? {} : { kit }), names: name ? namesOf(name) : [] };
  if (flags.dryRun) return preview(session, kitwright, options, about);
  if (flags.check) return checkKit(session, kitwright, options, about);
  requireName(name, { '--sign': opening !== undefined, '--attest': flags.attest === true });
  const attesting = openAttesting(session, { directory, flags, signing: opening });
  const early = destination && earlyPush(session, kitwright, destination);
  const packed = await packKit(kitwright, { ...options, early, admission: opening }).finally(() => early?.settled());
  if (name) keeper?.note(name, packed.root.digest);
  const sent = await early?.settled();
  session.output.say(packLines(packed));
  const own = name && { root: packed.root, repository: repositoryOf(name), made: packed };
  const added =
    own &&
    (await addEvidence(session, kitwright, own, { signing: opening, attesting }, (what) =>
      session.output.say(`${what === 'signed' ? 'Signed' : 'Attested'} ${packed.root.digest}`),
    ));
  const pushed = destination && name ? await push(session, name, destination, sent) : undefined;
  session.output.answer({
    json: {
      ...about,
      ...packJson(packed),
      ...added,
      ...(pushed ? { pushed } : {}),
    },
  });
  return undefined;
}

/** What is stored beside a kit is found by its name. */
function requireName(name: Reference | undefined, given: Readonly<Record<string, boolean>>): void {
  const flag = Object.keys(given).find((key) => given[key]);
  if (name || flag === undefined) return;
  throw new KitwrightError('usage', `${flag} needs --tag: the name of the kit is signed with it.`);
}

/** The name from `-t`; an empty one is no name. */
function nameOf(tag: string | undefined, session: Session): Reference | undefined {
  return tag
    ? defaultToLatest(parseReference(tag), (shown) => {
        session.output.say(`No tag or digest specified with --tag flag. Using 'latest' as default ('${shown}')`);
      })
    : undefined;
}

/** The options for the engine. */
export function optionsOf(
  session: Session,
  directory: string,
  flags: PackOneFlags,
  name: Reference | undefined,
): PackOptions {
  return {
    ...packSettings(session, {
      ...flags,
      // A kit that is pushed at once need not be copied into the store.
      capture: flags.push && flags.capture === 'auto' ? 'reference' : flags.capture,
    }),
    directory,
    name,
    blobs: flags.blobs === true,
    fileDigests: flags.attest ? mostAttestedFiles : undefined,
    signal: session.signal,
  };
}

/** Where `--push` pushes to. An impossible push is an error before anything is packed. */
function pushDestination(
  session: Session,
  name: Reference | undefined,
  configured: string | undefined,
  place: Destination | undefined,
): Destination {
  if (!name) throw new KitwrightError('usage', '--push needs --tag: the name of the kit at its registry.');
  return configured === undefined ? (place ?? openedDestination(session, name)) : destinationOf(session, configured);
}

function openedDestination(session: Session, name: Reference): Destination {
  const destination = registryDestination(session, name);
  destination.open();
  return destination;
}

async function preview(session: Session, kitwright: Kitwright, options: PackOptions, about: object) {
  const plan = await previewKit(kitwright, options);
  session.output.answer({
    // Made only if it is printed, because it lists every file.
    get json() {
      return { ...about, ...planJson(plan) };
    },
    text: planText(plan),
  });
  return undefined;
}

/** Uploads layers while they are hashed, if the registry accepts uploads before their digests are known. */
function earlyPush(session: Session, kitwright: Kitwright, destination: Destination): EarlyPush | undefined {
  const { target } = destination.open();
  return canPushEarly(target) ? createEarlyPush(kitwright, target, session.options.network.concurrency) : undefined;
}

async function push(
  session: Session,
  name: Reference,
  destination: Destination,
  sent: Sent | undefined,
): Promise<PushedKit> {
  session.output.say(`Pushing ${destination.text}`);
  const pushed = await pushKit(session, { ...name, extraTags: [] }, destination, { sent });
  session.output.say(`Pushed ${pushed.digest}`);
  return pushed;
}
