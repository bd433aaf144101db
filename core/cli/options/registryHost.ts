import { KitwrightError } from '@kitwright/core/internal';

const hostForm = /^(?:[A-Za-z0-9._-]+|\[[a-fA-F0-9:]+\])(?::\d+)?$/;

/** The host of a registry, also from a pasted URL. Throws `usage`. */
export function registryHost(text: string): string {
  const host = text.replace(/^https?:\/\//, '').replace(/(?<!\/)\/+$/, '');
  if (hostForm.test(host)) return host;
  // There may be a password before an @.
  const shown = JSON.stringify(text.replace(/^.*@/, ''));
  throw new KitwrightError('usage', `${shown} is not a registry; name its host, for example ghcr.io.`);
}
