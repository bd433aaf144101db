import { KitwrightError } from '@kitwright/core/plugin';
import { malformed, type TrackingServer } from './createServer.ts';

/** The artifact proxy of a tracking server (`mlflow server --serve-artifacts`, its default). */
export const artifactProxy = '/api/2.0/mlflow-artifacts/artifacts';

/**
 * The folder in the artifact proxy to which a URI leads. Throws `remote-refused` for artifacts that the tracking server
 * does not hand out.
 */
export function artifactFolder({ address, host }: TrackingServer, uri: string): string {
  const path = pathIn(uri, address, host);
  if (path === undefined) throw elsewhere(uri, host);
  const parts = path.split('/').filter((part) => part !== '');
  if (!parts.length || parts.some((part) => part === '.' || part === '..'))
    throw malformed(host, `its artifacts are at ${JSON.stringify(path)}`);
  return parts.join('/');
}

function pathIn(uri: string, address: string, host: string): string | undefined {
  const [, , authority = '', path = ''] = /^mlflow-artifacts:(\/\/([^/]*))?(\/.*)$/s.exec(uri) ?? [];
  if (path) return authority === '' || authority === host ? path : undefined;
  const proxy = `${address}${artifactProxy}/`;
  return uri.startsWith(proxy) ? uri.slice(proxy.length) : undefined;
}

/** Says no more of a foreign URI than its scheme and host: it may hold a login. */
function elsewhere(uri: string, host: string): KitwrightError {
  const url = URL.parse(uri);
  const place = url?.protocol && url.protocol !== 'file:' ? `${url.protocol}//${url.host}` : 'a folder of a machine';
  return new KitwrightError('remote-refused', `The artifacts are at ${place}, not behind ${host}.`, {
    hint: 'The tracking server must hand them out: start it with --artifacts-destination, and log the model to it.',
  });
}
