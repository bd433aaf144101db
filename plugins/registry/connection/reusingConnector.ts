import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { Duplex } from 'node:stream';
import { type buildConnector, errors } from 'undici';
import { lookupChecked } from './refuseInward.ts';

/** Makes plain connections with reused memory. `timeout` in ms. */
export function reusingConnector(timeout: number): buildConnector.connector {
  return (options, callback) => {
    const socket = reusingSocket(options.hostname.replace(/^\[|\]$/g, ''), Number(options.port) || 80);
    const timer = setTimeout(() => socket.destroy(new errors.ConnectTimeoutError()), timeout);
    const failed = (error: Error) => {
      clearTimeout(timer);
      callback(error, null);
    };
    socket.setNoDelay(true).once('error', failed);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      callback(null, socket);
    });
  };
}

/** Bytes that are read at a time. Larger blocks halve the cost of writing to the page cache. */
const bufferBytes = 512 * 1024;

/**
 * A socket that reads into one buffer: each block is pushed without a copy, and nothing more is read before it was
 * taken. The stream buffers nothing (`readableHighWaterMark: 0`), and `read` is that of a plain stream: a socket's own
 * `read` would read the next block while the caller still holds this one.
 */
function reusingSocket(host: string, port: number): Socket {
  // Node's types lack the stream options of a socket.
  const options: TcpNetConnectOpts & { readonly readableHighWaterMark: number } = {
    host,
    port,
    lookup: lookupChecked,
    readableHighWaterMark: 0,
    onread: {
      buffer: Buffer.allocUnsafeSlow(bufferBytes),
      callback: (count, buffer) => socket.push(buffer.subarray(0, count)),
    },
  };
  const socket: Socket = connect(options);
  socket.read = Duplex.prototype.read;
  return socket;
}
