/**
 * One spelling of a place, `registry/repository`, for all that lead there: rules and pins hold for each of them. Without
 * the word of a target in a registry; the host as a connection would name it, without a dot at its end, without the ports
 * of HTTPS and HTTP, which --plain-http takes.
 */
export function canonicalPlace(place: string): string {
  const [host = '', ...path] = place.replace(/^registry:(?:\/\/)?/, '').split('/');
  return [path.length ? canonicalHost(host) : host, ...path].join('/');
}

/** Letters, digits, stars of patterns, and what stands between them: nothing that is no host in a URL. */
const host = /^[\w.*:[\]-]+$/;

/** By the URL Standard, which takes `127.1`, `0x7f000001` and `:` without a port too. */
function canonicalHost(text: string): string {
  const url = host.test(text) ? URL.parse(`https://${text}`) : null;
  if (!url) return text;
  const name = url.hostname.replace(/\.$/, '');
  const port = ['', '80'].includes(url.port) ? '' : `:${url.port}`;
  return (dockerHub.has(name) ? 'docker.io' : name) + port;
}

/** Its API answers under these names. */
const dockerHub: ReadonlySet<string> = new Set(['index.docker.io', 'registry-1.docker.io']);
