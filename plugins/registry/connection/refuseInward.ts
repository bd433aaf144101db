import { type LookupAddress, lookup as resolveName } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { KitwrightError } from '@kitwright/core/plugin';
import { addressList, holds, isThisMachine } from './isThisMachine.ts';

/**
 * This machine, and what only it reaches: services of clouds give credentials at link-local addresses (RFC 3927, RFC 4291), that
 * of Azure at one which looks public.
 */
const ofThisMachine = addressList(
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '168.63.129.16/32'],
  ...['::/128', '::1/128', 'fe80::/10'],
);

/** Networks that are not reached from outside (RFC 1918, 6598, 4193, 2544, 1112), and addresses that stand for any (RFC 6052, 3056). */
const ofNetworks = addressList(
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24', '198.18.0.0/15', '240.0.0.0/4'],
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

/** Where hosts were when they were connected to, and when: one that leads inside may say of itself, a moment later, that it is there. */
const connected = new Map<string, { readonly addresses: readonly LookupAddress[]; readonly at: number }>();

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
  const before = connected.get(bare(from))?.addresses;
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

function placeAt(depth: number): string {
  return depth === 2 ? 'on this machine' : 'in a private network';
}

function refused(from: URL, to: URL, depth: number): KitwrightError {
  const place = placeAt(depth);
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
  const before = connected.get(host)?.addresses ?? [];
  keep(connected, host, { addresses: [...before, ...addresses].slice(0, mostAddresses), at: Date.now() });
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
  const name = bareName(host);
  const known = found.get(name);
  const addresses = known && known.until > Date.now() ? known.addresses : [];
  const [first] = addresses;
  if (first) {
    noteConnected(name, addresses);
    return options.all ? callback(null, [...addresses]) : callback(null, first.address, first.family);
  }
  resolveName(host, options, (error, address, family) => {
    if (error) return callback(error, address, family);
    const now = typeof address === 'string' ? [{ address, family: family ?? 0 }] : address;
    const moved = movedInward(name, now);
    if (moved) return callback(moved, address, family);
    noteConnected(name, now);
    return callback(null, address, family);
  });
};

/** In ms: later, a user may have gone into a network in which the host has another address. */
const staysFor = 600_000;

/** Names of strangers lead inside a moment later (DNS rebinding): then another host would get what is for the first. */
function movedInward(host: string, now: readonly LookupAddress[]): KitwrightError | undefined {
  const { addresses, at = 0 } = connected.get(host) ?? {};
  if (!addresses || at + staysFor < Date.now()) return undefined;
  const before = new Set(addresses.map(({ address }) => address));
  const depth = Math.max(0, ...now.filter(({ address }) => !before.has(address)).map(depthIn));
  if (depth <= Math.min(2, ...addresses.map(depthIn))) return undefined;
  return new KitwrightError(
    'remote-refused',
    `${host} was further outside, and is ${placeAt(depth)} now: that is refused.`,
    {
      data: { host },
      hint: 'Its name has another address than a moment ago. If that is right, run the command again.',
    },
  );
}
