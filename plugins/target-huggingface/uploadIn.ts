import { KitwrightError } from '@kitwright/core/plugin';
import { type Hub, malformed } from './createHub.ts';
import type { LargeFile } from './localFiles.ts';

/** Where to send the bytes of a file. */
export interface LfsAction {
  readonly href: string;
  readonly header: Readonly<Record<string, string>>;
  /** In parts of this many bytes: `href` is then asked to put them together. */
  readonly chunkBytes?: number;
  /** The address of each part, in order. */
  readonly parts?: readonly string[];
}

/** What the answer of a batch with one object asks for; no upload if the storage has the bytes. */
export function uploadIn(body: unknown, file: LargeFile, hub: Hub): { upload?: LfsAction; verify?: LfsAction } {
  const object = (body as Answer | null)?.objects?.find?.((each) => each?.oid === file.oid);
  if (!object) throw malformed(hub.host, `it says nothing of ${JSON.stringify(file.path)}`);
  if (object.error)
    throw new KitwrightError('remote-refused', `${hub.host} does not take ${JSON.stringify(file.path)}.`, {
      data: { reason: String(object.error.message).slice(0, maxReason) },
    });
  const { upload, verify } = object.actions ?? {};
  return {
    ...(upload ? { upload: inParts(checked(upload, hub), file, hub) } : {}),
    ...(verify ? { verify: checked(verify, hub) } : {}),
  };
}

/** In characters. */
const maxReason = 200;

interface Answer {
  readonly objects?: readonly ({
    readonly oid?: unknown;
    readonly error?: { readonly message?: unknown };
    readonly actions?: { readonly upload?: unknown; readonly verify?: unknown };
  } | null)[];
}

function checked(action: unknown, hub: Hub): LfsAction {
  const { href, header = {} } = action as { readonly href?: unknown; readonly header?: unknown };
  const entries = Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { href: addressIn(href, hub), header: Object.fromEntries(entries) };
}

/** Bytes that go to a hub over TLS go over TLS to its storage too. */
function addressIn(value: unknown, { address, host }: Hub): string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && address.startsWith('http:'))) return url.href;
  throw malformed(host, 'it names no address for an upload');
}

/** The hub gives the addresses of the parts as headers: `1` or `00001`, and so on. */
function inParts({ href, header }: LfsAction, { path, size }: LargeFile, hub: Hub): LfsAction {
  const { chunk_size: chunk, ...others } = header;
  if (chunk === undefined) return { href, header };
  const chunkBytes = Number(chunk);
  const numbered = Object.entries(others).filter(([name]) => /^\d{1,6}$/.test(name));
  const urls = new Map(numbered.map(([name, value]) => [Number(name), value]));
  const count = Number.isSafeInteger(chunkBytes) && chunkBytes > 0 ? Math.ceil(size / chunkBytes) : 0;
  if (count === 0 || urls.size !== count)
    throw malformed(hub.host, `it does not have the right number of parts for ${JSON.stringify(path)}`);
  return { href, header: {}, chunkBytes, parts: Array.from(urls, (_, i) => addressIn(urls.get(i + 1), hub)) };
}
