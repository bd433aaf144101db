import { isTransientStatus, KitwrightError, messageOf } from '@kitwright/core/plugin';

/** What undici says of a proxy that would not connect: the status stands only in its words. */
const refusal = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/;

/** The refusal of a proxy as an error of ours, unless it may pass by itself; any other failure as it is. */
export function proxyFailure(error: unknown, proxy: URL): unknown {
  const [, refused, unauthorized] = refusal.exec(messageOf(error)) ?? [];
  const status = Number(refused ?? unauthorized);
  if (!status) return error;
  const said = `the proxy ${proxy.host} answered ${status}`;
  if (isTransientStatus(status)) return new Error(said, { cause: error });
  if (status !== 407) return new KitwrightError('remote-refused', `It cannot be connected: ${said}.`, { cause: error });
  return new KitwrightError('unauthorized', `It cannot be connected: ${said}, so it wants another name or password.`, {
    cause: error,
    hint: 'They stand in the address of the proxy: http://name:password@host:port.',
  });
}
