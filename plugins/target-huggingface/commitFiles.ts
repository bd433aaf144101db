import { createReadStream } from 'node:fs';
import { type Hub, jsonOf } from './createHub.ts';
import type { HubDestination } from './hubDestination.ts';
import { apiOf, shaIn } from './hubRepository.ts';
import type { LargeFile, LocalFile } from './localFiles.ts';

/** One commit on top of `parent`: the hub refuses it if somebody else was faster. */
export interface HubCommit {
  readonly summary: string;
  readonly description: string;
  readonly parent: string;
  /** Already in the storage. */
  readonly large: readonly LargeFile[];
  /** Sent with the commit. */
  readonly small: readonly LocalFile[];
}

/** Commits, as one stream of JSON lines; no file is held in memory. Gives the id of the commit. */
export async function commitFiles(hub: Hub, destination: HubDestination, commit: HubCommit): Promise<string> {
  const { summary, description, parent, large, small } = commit;
  const lines: readonly Line[] = [
    jsonLine({ key: 'header', value: { summary, description, parentCommit: parent } }),
    ...large.map(({ path, oid, size }) => jsonLine({ key: 'lfsFile', value: { path, algo: 'sha256', oid, size } })),
    ...small.map(fileLine),
  ];
  const bytes = lines.reduce((sum, line) => sum + line.bytes, 0);
  const response = await hub.send({
    method: 'POST',
    url: `${hub.address}${apiOf(destination)}/commit/${encodeURIComponent(destination.branch)}`,
    headers: { 'content-type': 'application/x-ndjson', 'content-length': String(bytes) },
    body: () => ReadableStream.from(contentOf(lines)),
  });
  const answer = (await jsonOf(response, hub.host)) as { readonly commitOid?: unknown } | null;
  return shaIn(answer?.commitOid, hub);
}

/** One line of the body, of known length. */
interface Line {
  readonly bytes: number;
  readonly read: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

function jsonLine(value: unknown): Line {
  const text = Buffer.from(`${JSON.stringify(value)}\n`);
  return { bytes: text.length, read: () => [text] };
}

function fileLine({ path, source, size }: LocalFile): Line {
  const begin = Buffer.from('{"key":"file","value":{"encoding":"base64","content":"');
  const end = Buffer.from(`","path":${JSON.stringify(path)}}}\n`);
  return {
    bytes: begin.length + 4 * Math.ceil(size / 3) + end.length,
    read: async function* () {
      yield begin;
      yield* base64Of(createReadStream(source));
      yield end;
    },
  };
}

/** Three bytes become four characters, so what is left of a block waits for the next one. */
async function* base64Of(blocks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const block of blocks) {
    const bytes = Buffer.concat([rest, block]);
    const whole = bytes.length - (bytes.length % 3);
    rest = bytes.subarray(whole);
    if (whole) yield Buffer.from(bytes.toString('base64', 0, whole));
  }
  if (rest.length) yield Buffer.from(rest.toString('base64'));
}

async function* contentOf(lines: readonly Line[]): AsyncGenerator<Uint8Array> {
  for (const { read } of lines) yield* read();
}
