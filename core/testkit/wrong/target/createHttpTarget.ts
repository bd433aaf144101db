import {
  type Content,
  type Descriptor,
  digestOf,
  isDigest,
  isTag,
  isTransientStatus,
  KitwrightError,
  type OpenContext,
  type TagLister,
  type Target,
  TransientError,
} from '@kitwright/core/plugin';

/** Sends one request; answers other than 2xx and 404 are errors. */
export type Send = (method: string, path: string, init?: RequestInit) => Promise<Response>;

export type HttpTarget = Target & TagLister;

/** How the right target sends. */
export function createSend(origin: string, { fetch, credentials }: OpenContext): Send {
  return async (method, path, init) => {
    const login = await credentials(new URL(origin).host);
    const authorization = `Bearer ${login && 'password' in login ? login.password : ''}`;
    const response = await fetch(`${origin}${path}`, { ...init, method, headers: { ...init?.headers, authorization } });
    const { status } = response;
    if (response.ok || status === 404) return response;
    await response.body?.cancel();
    if (status === 401 || status === 403) throw new KitwrightError('unauthorized', `The server answered ${status}.`);
    if (isTransientStatus(status)) throw new TransientError(`The server answered ${status}`);
    throw new KitwrightError('remote-refused', `The server answered ${status}.`);
  };
}

/** The right target at a server. */
export function createHttpTarget(send: Send, { signal }: OpenContext): HttpTarget {
  const exists = async ({ digest, size }: Descriptor) => {
    const { ok, headers } = await send('HEAD', `/blobs/${digest}`);
    return ok && headers.get('content-length') === String(size);
  };
  const named = async (name: string): Promise<Descriptor | undefined> => {
    const response = await send('GET', `/tags/${name}`);
    return response.ok ? JSON.parse(await response.text()) : void (await response.body?.cancel());
  };
  return {
    name: 'a server',
    complete: false,
    exists,
    async *fetch(descriptor, { start, end } = { start: 0, end: descriptor.size }) {
      const part = { headers: { range: `bytes=${start}-${end - 1}` } };
      const response = await send(start < end ? 'GET' : 'HEAD', `/blobs/${descriptor.digest}`, start < end ? part : {});
      if (!response.ok) throw notFound(descriptor.digest);
      for await (const bytes of response.body ?? []) yield bytes;
    },
    push: async (descriptor, content) => {
      signal.throwIfAborted();
      const bytes = await verified(descriptor, content, signal);
      await send('PUT', `/blobs/${descriptor.digest}`, { body: bytes });
    },
    resolve: async (_, reference) => (isTag(reference) || isDigest(reference) ? named(reference) : undefined),
    tag: async (descriptor, _, tag) => {
      if (tag !== undefined && !isTag(tag)) throw new KitwrightError('reference-invalid', `${tag} is no tag.`);
      if (!(await exists(descriptor))) throw notFound(descriptor.digest);
      const { mediaType, digest, size } = descriptor;
      for (const name of tag === undefined ? [digest] : [digest, tag])
        await send('PUT', `/tags/${name}`, { body: JSON.stringify({ mediaType, digest, size }) });
    },
    tags: async function* () {
      const names: readonly string[] = JSON.parse(await (await send('GET', '/tags/')).text());
      yield* names.filter(isTag);
    },
  };
}

async function verified(descriptor: Descriptor, content: Content, signal: AbortSignal) {
  const parts: Buffer[] = [];
  await content.read({ start: 0, end: descriptor.size }, (block) => {
    signal.throwIfAborted();
    parts.push(Buffer.from(block));
  });
  const bytes = Buffer.concat(parts);
  if (bytes.byteLength === descriptor.size && digestOf(bytes) === descriptor.digest) return bytes;
  throw new KitwrightError('descriptor-mismatch', `Other bytes than those of ${descriptor.digest}.`);
}

function notFound(what: string): KitwrightError {
  return new KitwrightError('kit-not-found', `${what} is not there.`);
}
