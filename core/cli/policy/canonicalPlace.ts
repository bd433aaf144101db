/**
 * One spelling of a place, `registry/repository`, for all that lead there: rules and pins hold for each of them. Without
 * the word of a target in a registry; the host in lower case, without a dot at its end, without the port of HTTPS.
 */
export function canonicalPlace(place: string): string {
  const [host = '', ...path] = place.replace(/^registry:(?:\/\/)?/, '').split('/');
  return [path.length ? canonicalHost(host) : host, ...path].join('/');
}

function canonicalHost(host: string): string {
  const [, name, digits] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,10}))?$/.exec(host) ?? [];
  if (name === undefined) return host;
  const port = digits === undefined || Number(digits) === 443 ? '' : `:${Number(digits)}`;
  return `${name.toLowerCase().replace(/\.$/, '')}${port}`;
}
