import { type BlockList, isIP } from 'node:net';

/** Made when it is asked: Node takes milliseconds for it, and most commands connect to nothing. */
const loopback = addressList('127.0.0.0/8', '::1/128');

/** The addresses of some networks (`10.0.0.0/8`), when they are asked for. */
export function addressList(...networks: readonly string[]): () => BlockList {
  let list: BlockList | undefined;
  return () => {
    if (list) return list;
    list = emptyList();
    for (const network of networks) {
      const [address = '', bits] = network.split('/');
      list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
    }
    return list;
  };
}

/** Its module of Node is loaded when it is asked: it takes as long as those of several plugins. */
export function emptyList(): BlockList {
  return new (process.getBuiltinModule('node:net').BlockList)();
}

/** Is a host, an IPv6 address without brackets, this machine? */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || (isIP(host) !== 0 && holds(loopback(), host));
}

/** IPv4 addresses may be written as IPv6 ones (`::ffff:10.0.0.1`). */
export function holds(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
