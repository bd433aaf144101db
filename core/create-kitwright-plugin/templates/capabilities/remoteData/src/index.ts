import { createHash } from 'node:crypto';
import {
  type ByteStream,
  createRetries,
  definePlugin,
  KitwrightError,
  messageOf,
  type OpenContext,
  type Plugin,
  TransientError,
} from '@kitwright/core/plugin';

/** What the config may set. */
export interface Options {
  /** How data is asked for; `https:` by default. */
  readonly protocol?: 'https:' | 'http:';
}

/** Datasets that a Kitfile names: `remotePath: my-plugin://host/file`, `remoteHash`: their SHA-256 in hexadecimal digits. */
export default function plugin({ protocol = 'https:' }: Options = {}): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register, context }) {
      const urlOf = (url: string) => new URL(url.replace(/^my-plugin:/, protocol));
      register('remoteData', {
        id: 'my-plugin',
        check: async (url, hash, signal) => {
          requireSha256(hash);
          const response = await context.fetch(urlOf(url), { method: 'HEAD', signal });
          if (!response.ok) throw refused(url, response);
        },
        fetch: (url, hash, signal) => verified(url, hash, download(urlOf(url), context, signal)),
      });
    },
  });
}

/** The engine resumes targets; whoever streams remote data resumes it, as its interface says. */
async function* download(url: URL, { fetch }: OpenContext, signal: AbortSignal): ByteStream {
  let done = 0;
  const retries = createRetries({ signal, progress: () => done });
  for (let isWhole = false; !isWhole; ) {
    try {
      const response = await fetch(url, { headers: done ? { range: `bytes=${done}-` } : {}, signal });
      if (response.status !== (done ? 206 : 200)) throw refused(url.href, response);
      for await (const bytes of response.body ?? []) {
        done += bytes.byteLength;
        yield bytes;
      }
      isWhole = true;
    } catch (error) {
      await retries.failed(error instanceof KitwrightError ? error : new TransientError(messageOf(error)));
    }
  }
}

async function* verified(url: string, hash: string, bytes: ByteStream): ByteStream {
  requireSha256(hash);
  const found = createHash('sha256');
  for await (const block of bytes) {
    found.update(block);
    yield block;
  }
  if (found.digest('hex') !== hash)
    throw new KitwrightError('descriptor-mismatch', `${url} is not what the Kitfile says: its SHA-256 is another.`);
}

function requireSha256(hash: string): void {
  if (!/^[a-f0-9]{64}$/.test(hash)) throw new KitwrightError('kitfile-invalid', 'remoteHash must be a SHA-256.');
}

function refused(url: string, { status }: Response): KitwrightError {
  return new KitwrightError('remote-refused', `The host answered ${status} for ${url}.`);
}
