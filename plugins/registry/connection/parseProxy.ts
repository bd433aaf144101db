import { KitwrightError } from '@kitwright/core/plugin';

/** The URL of a proxy; the default scheme is `http://`. Throws `usage`, which names the source of the setting. */
export function parseProxy(text: string, name: string): URL {
  const trimmed = text.trim();
  const full = trimmed.includes('://') ? trimmed : `http://${trimmed}`;
  const scheme = full.slice(0, full.indexOf('://')).toLowerCase();
  const shown = withoutPassword(trimmed);
  if (scheme.startsWith('socks'))
    throw unusable(`${name} names a SOCKS proxy (${shown}), and only HTTP proxies are supported.`);
  if (scheme !== 'http' && scheme !== 'https')
    throw unusable(`${name} names a proxy that is reached by ${JSON.stringify(scheme)} (${shown}).`);
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url && url.port !== '0') return url;
  throw unusable(`${name} is not the URL of a proxy: ${JSON.stringify(shown)}.`);
}

function unusable(message: string): KitwrightError {
  return new KitwrightError('usage', message, {
    hint: 'A proxy is written [http://|https://][name:password@]host:port, special characters in name and password as %XX.',
  });
}

function withoutPassword(text: string): string {
  return text.replace(/^([a-z0-9+.-]*:\/\/)?.*@/i, '$1');
}
