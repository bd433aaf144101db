import { KitwrightError } from '@kitwright/core/internal';

const hostForm = /^(?:[A-Za-z0-9._-]+|\[[a-fA-F0-9:]+\])(?::\d+)?$/;

/** The host of a registry; people paste addresses, too. Throws `usage`. */
export function registryHost(text: string): string {
  const host = text.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  if (hostForm.test(host)) return host;
  // A password may stand before an @.
  const shown = JSON.stringify(text.replace(/.*@/, ''));
  throw new KitwrightError('usage', `${shown} is no registry; name its host, for example ghcr.io.`);
}
