import { buildConnector } from 'undici';
import { lookupChecked } from './refuseInward.ts';
import { reusingConnector } from './reusingConnector.ts';

/**
 * Connects directly. The settings for TLS are read by the first connection that needs them, which fails if they are
 * wrong. `timeout` in ms.
 */
export function createConnector(
  tls: () => NonNullable<Parameters<typeof buildConnector>[0]>,
  timeout: number,
  reuse: boolean,
): buildConnector.connector {
  const plain = reuse ? reusingConnector(timeout) : buildConnector({ timeout, allowH2: false, lookup: lookupChecked });
  let secure: buildConnector.connector | undefined;
  return (options, callback) => {
    if (options.protocol !== 'https:') return plain(options, callback);
    try {
      secure ??= buildConnector({ lookup: lookupChecked, ...tls() });
    } catch (error) {
      return callback(error as Error, null);
    }
    return secure(options, callback);
  };
}
