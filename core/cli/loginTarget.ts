import { KitwrightError } from '@kitwright/core/internal';
import { type Credential, hostCredentialOf, storeLogin } from '@kitwright/registry';
import type { Session } from './Session.ts';

/** A location of a plugin's target that is an address. */
export interface TargetAddress {
  readonly target: string;
  /** What follows the word and its colon. */
  readonly location: string;
  /** Host and port: the name under which logins are stored. */
  readonly host: string;
}

/** `word:https://host/path`; undefined for anything else. Throws `usage` for an address with a login in it. */
export function targetAddress(text: string): TargetAddress | undefined {
  const [, target = '', location = ''] = /^([a-z][\w.+-]*):(https?:\/\/.+)$/s.exec(text) ?? [];
  const url = location ? URL.parse(location) : null;
  if (!url) return undefined;
  if (!url.username && !url.password) return { target, location, host: url.host };
  throw new KitwrightError('usage', `The address of ${url.host} holds a login itself.`, {
    hint: 'Name the address without it, and use --username and --password-stdin.',
  });
}

/**
 * Stores a login for the host of a target, unless the target is refused with it. False if the target did not ask for
 * one, so that this one is not verified. Throws `unauthorized`, `target-invalid`, `network-failed`.
 */
export async function loginTarget(
  session: Session,
  { target: id, location, host }: TargetAddress,
  credential: Credential,
): Promise<boolean> {
  const { capabilities, contextFor } = session.kitwright();
  const provider = capabilities.get('target', id);
  const context = contextFor(capabilities.pluginOf('target', id) ?? id);
  const look = async (login: Credential | undefined) => {
    const credentials = { value: async () => login && hostCredentialOf(login) };
    const opened = provider.open(location, 'pull', Object.create(context, { credentials }));
    await opened.target.resolve(opened.repository, opened.references[0] ?? 'latest');
  };
  await look(credential);
  const isProven = await look(undefined).then(
    () => false,
    (error: unknown) => error instanceof KitwrightError && error.code === 'unauthorized',
  );
  await storeLogin(host, credential, session.registryOptions());
  return isProven;
}
