import {
  canPushEarly,
  createEarlyPush,
  displayReference,
  type EarlyPush,
  type Kitwright,
  KitwrightError,
  type PackOptions,
  packKit,
  parseReference,
  previewKit,
  type Reference,
  type Sent,
} from '@kitwright/core/internal';
import { formPlugins, type PackFlags, packSettings } from '../options/packOptions.ts';
import { type PushedKit, pushReference } from '../pushReference.ts';
import { defaultToLatest, namesOf } from '../references.ts';
import { openRemote } from '../remote.ts';
import type { Session } from '../Session.ts';
import { checkKit } from './checkKit.ts';
import { packJson, packLines } from './packResult.ts';
import { planJson, planText } from './planResult.ts';

/** The flags of `pack` that concern one kit. */
export interface PackOneFlags extends PackFlags {
  readonly blobs?: boolean;
  readonly push?: boolean;
  readonly dryRun?: boolean;
  readonly check?: boolean;
}

/** Packs one kit, or reports what a pack would do. `kit` is its name in the config. Returns the exit status. */
export async function packOne(
  session: Session,
  directory: string,
  flags: PackOneFlags,
  kit?: string,
): Promise<number | undefined> {
  const name = nameOf(flags.tag, session);
  const kitwright = session.kitwright({ plugins: formPlugins(flags) });
  const options = optionsOf(session, directory, flags, name);
  const about = { ...(kit === undefined ? {} : { kit }), names: name ? namesOf(name) : [] };
  if (flags.push) requireRegistry(session, name);
  if (flags.dryRun) return preview(session, kitwright, options, about);
  if (flags.check) return checkKit(session, kitwright, options, about);
  const early = flags.push && name ? earlyPush(session, kitwright, name) : undefined;
  const packed = await packKit(kitwright, { ...options, early }).finally(() => early?.settled());
  const sent = await early?.settled();
  session.output.say(packLines(packed));
  const pushed = flags.push && name ? await push(session, name, sent) : undefined;
  session.output.answer({ json: { ...about, ...packJson(packed), ...(pushed ? { pushed } : {}) } });
  return undefined;
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
    signal: session.signal,
  };
}

/** An impossible push is an error before anything is packed. */
function requireRegistry(session: Session, name: Reference | undefined): void {
  if (!name) throw new KitwrightError('usage', '--push needs --tag: the name of the kit at its registry.');
  openRemote(session, name, 'push');
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
function earlyPush(session: Session, kitwright: Kitwright, name: Reference): EarlyPush | undefined {
  const { target } = openRemote(session, name, 'push');
  return canPushEarly(target) ? createEarlyPush(kitwright, target, session.options.network.concurrency) : undefined;
}

async function push(session: Session, name: Reference, sent: Sent | undefined): Promise<PushedKit> {
  session.output.say(`Pushing ${displayReference(name)}`);
  const pushed = await pushReference(session, { ...name, extraTags: [] }, name, sent);
  session.output.say(`Pushed ${pushed.digest}`);
  return pushed;
}
