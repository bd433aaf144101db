import { isTransientStatus, KitwrightError, messageOf } from '@kitwright/core/plugin';

/** undici's message for a proxy that refused a tunnel: only the text holds the status. */
const refusal = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/;

/**
 * Turns the refusal of a proxy into a KitwrightError, unless it may be temporary; returns any other failure unchanged.
 */
export function proxyFailure(error: unknown, proxy: URL): unknown {
  const [, refused, unauthorized] = refusal.exec(messageOf(error)) ?? [];
  const status = Number(refused ?? unauthorized);
  if (!status) return error;
  const said = `the proxy ${proxy.host} answered ${status}`;
  if (isTransientStatus(status)) return new Error(said, { cause: error });
  if (status !== 407) return new KitwrightError('remote-refused', `It cannot be connected: ${said}.`, { cause: error });
  return new KitwrightError(
    'unauthorized',
    `It cannot be connected: ${said}, so it requires another name or password.`,
    {
      cause: error,
      hint: 'Write them in the URL of the proxy: http://name:password@host:port.',
    },
  );
}
