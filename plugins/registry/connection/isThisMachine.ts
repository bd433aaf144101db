import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Is a host, an IPv6 address without brackets, this machine? */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || holds(loopback, host);
}

/** IPv4 addresses may be written as IPv6 ones (`::ffff:10.0.0.1`). */
export function holds(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
