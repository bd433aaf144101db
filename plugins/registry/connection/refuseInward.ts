import { type LookupAddress, lookup as resolveName } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { KitwrightError } from '@kitwright/core/plugin';
import { addressList, holds, isThisMachine } from './isThisMachine.ts';

/** This machine, and what only it reaches: services of clouds give credentials at link-local addresses (RFC 3927, RFC 4291). */
const ofThisMachine = addressList('0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/128', '::1/128', 'fe80::/10');

/** Networks that are not reached from outside (RFC 1918, 6598, 4193, 2544), and addresses that stand for any (RFC 6052, 3056). */
const ofNetworks = addressList(
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24', '198.18.0.0/15'],
  ...['fc00::/7', 'fec0::/10', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16'],
);

/** How far inside an address is: 0 for those that everybody reaches, 1 in a private network, 2 on this machine. */
type Depth = 0 | 1 | 2;

function depthOf(address: string): Depth {
  if (holds(ofThisMachine(), address)) return 2;
  return holds(ofNetworks(), address) ? 1 : 0;
}

/** What hosts to which a server led were found to be, for the connection that follows: names may change in between. */
const found = new Map<string, { readonly addresses: readonly LookupAddress[]; readonly until: number }>();

/** Where hosts were when they were connected to: one that leads inside may say of itself, a moment later, that it is there. */
const connected = new Map<string, readonly LookupAddress[]>();

/** In ms, and hosts. */
const [keptFor, mostKept] = [60_000, 1000];

/**
 * Refuses an address that a server named, by a redirect or in an answer, if it lies further inside than the server
 * itself: whoever runs a server outside would make us ask hosts that only we reach. A name in a private network is
 * followed over TLS, where the host has to show its certificate: storage is often behind such names. What a proxy resolves
 * is for the proxy to refuse. Throws `remote-refused`.
 */
export async function refuseInward(from: URL, to: URL, isProxied: (url: URL) => boolean): Promise<void> {
  if (from.host === to.host) return;
  const before = connected.get(bare(from));
  const [there, here] = await Promise.all([addressesOf(to, isProxied), before ?? addressesOf(from, isProxied)]);
  const [deepest, own] = [Math.max(0, ...there.map(depthIn)), Math.min(2, ...here.map(depthIn))];
  const known = here.length ? own : 0;
  const isShown = to.protocol === 'https:' && !isIP(bare(to)) && deepest === 1;
  if (deepest > known && !isShown) throw refused(from, to, deepest);
  if (there.length) remember(bare(to), there);
}

function depthIn({ address }: LookupAddress): Depth {
  return depthOf(address);
}

/** None where a proxy resolves the name, or nobody does: the connection then fails as it should. */
async function addressesOf(url: URL, isProxied: (url: URL) => boolean): Promise<readonly LookupAddress[]> {
  const host = bare(url);
  const family = isIP(host);
  if (family) return [{ address: host, family }];
  if (isThisMachine(host) || host.endsWith('.localhost')) return [{ address: '127.0.0.1', family: 4 }];
  if (isProxied(url)) return [];
  return promisify(resolveName)(host, { all: true }).catch(() => []);
}

function bare({ hostname }: URL): string {
  return bareName(hostname.replace(/^\[(.*)\]$/, '$1'));
}

function bareName(host: string): string {
  return host.replace(/\.$/, '');
}

function refused(from: URL, to: URL, depth: number): KitwrightError {
  const place = depth === 2 ? 'on this machine' : 'in a private network';
  return new KitwrightError('remote-refused', `${from.host} leads to ${to.host}, which is ${place}: that is refused.`, {
    data: { host: from.host, other: to.host },
    hint: 'A server outside must not choose what is asked inside. If it should, let it name that host over HTTPS.',
  });
}

function remember(host: string, addresses: readonly LookupAddress[]): void {
  keep(found, host, { addresses, until: Date.now() + keptFor });
}

/** Addresses of one host: the first ones count, whatever its name server says later. */
const mostAddresses = 16;

function noteConnected(host: string, addresses: readonly LookupAddress[]): void {
  keep(connected, host, [...(connected.get(host) ?? []), ...addresses].slice(0, mostAddresses));
}

/** As the last one; the oldest ones go. */
function keep<T>(map: Map<string, T>, host: string, value: T): void {
  map.delete(host);
  for (const oldest of map.keys()) {
    if (map.size < mostKept) break;
    map.delete(oldest);
  }
  map.set(host, value);
}

/** Resolves names for connections: hosts to which a server led are where they were when that was checked. */
export const lookupChecked: LookupFunction = (host, options, callback) => {
  const known = found.get(bareName(host));
  const addresses = known && known.until > Date.now() ? known.addresses : undefined;
  const [first] = addresses ?? [];
  if (!addresses || !first)
    resolveName(host, options, (error, address, family) => {
      if (!error)
        noteConnected(bareName(host), typeof address === 'string' ? [{ address, family: family ?? 0 }] : address);
      callback(error, address, family);
    });
  else if (options.all) callback(null, [...addresses]);
  else callback(null, first.address, first.family);
};
