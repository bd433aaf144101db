import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { type buildConnector, errors } from 'undici';

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

/** Bytes that are read at a time: few, large blocks, and both buffers still lie in a core's cache. */
const bufferBytes = 256 * 1024;

/**
 * A socket that reads into two buffers by turns: each block is pushed as it lies there. The stream holds nothing back
 * (`readableHighWaterMark: 0`), so while one block is in use at most one more is read: into the other buffer.
 */
function reusingSocket(host: string, port: number): Socket {
  const buffers = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)] as const;
  let turn = 0;
  // Node's types do not know that a socket takes the options of its stream.
  const options: TcpNetConnectOpts & { readonly readableHighWaterMark: number } = {
    host,
    port,
    readableHighWaterMark: 0,
    onread: {
      buffer: () => buffers[turn++ % 2] as Buffer,
      callback: (count, buffer) => socket.push(buffer.subarray(0, count)),
    },
  };
  const socket: Socket = connect(options);
  return socket;
}
