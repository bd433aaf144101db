import { type BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { emptyList, holds, isThisMachine } from './isThisMachine.ts';

/** Is a host reached without a proxy? This machine is, and hosts in `NO_PROXY`. */
export function isExempt(url: URL, noProxy: string): boolean {
  const host = bare(url.hostname).replace(/\.$/, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return isThisMachine(host) || entriesOf(noProxy).some((entry) => matches(entry, host, port));
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}

function entriesOf(noProxy: string): readonly string[] {
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter(Boolean);
}

/**
 * `*` matches everything; else a network (`10.0.0.0/8`), an address, or a domain, with or without a port. `example.com`
 * also matches its subdomains; with a leading dot, or `*.`, it matches only these.
 */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const network = networkOf(entry);
  if (network) return holds(network, host);
  const [, name = entry, wanted = port] = withPort.exec(entry) ?? [];
  if (wanted !== port) return false;
  const address = bare(name);
  return isIP(address) ? isSameAddress(address, host) : isWithin(name, host);
}

/** Text with several colons and without brackets is an IPv6 address without a port. */
const withPort = /^(\[.*\]|[^:]*):(\d+)$/;

function networkOf(entry: string): BlockList | undefined {
  const [, address = '', bits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry) ?? [];
  const version = isIP(address);
  if (version === 0 || Number(bits) > (version === 6 ? 128 : 32)) return undefined;
  const list = emptyList();
  list.addSubnet(address, Number(bits), version === 6 ? 'ipv6' : 'ipv4');
  return list;
}

function isSameAddress(address: string, host: string): boolean {
  const list = emptyList();
  list.addAddress(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return holds(list, host);
}

function isWithin(name: string, host: string): boolean {
  const domain = name.replace(/^\*\./, '.');
  const suffix = domain.replace(/^\./, '');
  const ascii = domainToASCII(suffix) || suffix;
  return host.endsWith(`.${ascii}`) || (!domain.startsWith('.') && host === ascii);
}
