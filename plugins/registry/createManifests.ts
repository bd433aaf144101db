import {
  type Content,
  contentOfBytes,
  type Descriptor,
  digestOf,
  isDigest,
  isManifestType,
  KitwrightError,
  type Reader,
} from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import { checkDigest } from './checkDigest.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import type { Sources } from './mirrors/createSources.ts';
import { firstOf } from './mirrors/firstOf.ts';
import type { Repository } from './Repository.ts';
import { readBody } from './readBody.ts';

/** The manifests of a repository, cached in memory by their digest. */
export interface Manifests extends Reader {
  /** By tag or digest; undefined if there is none. */
  readonly get: (reference: string) => Promise<Manifest | undefined>;
  readonly push: (descriptor: Descriptor, content: Content) => Promise<void>;
  /** Throws `kit-not-found` if it is not there. */
  readonly require: (descriptor: Descriptor) => Promise<Manifest>;
  readonly tag: (descriptor: Descriptor, tag: string) => Promise<void>;
  /**
   * False if the tag no longer names `before`, which `get` gave. A registry that gives no entity tags cannot look itself:
   * it is asked first.
   */
  readonly swapTag: (descriptor: Descriptor, tag: string, before: Descriptor | undefined) => Promise<boolean>;
}

export interface Manifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** The strong entity tag with which the registry gave it (RFC 9110, 8.8.3). */
  readonly etag?: string;
}

export const acceptManifests = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** Larger manifests (bytes) are refused by registries, and here too. */
const maxManifest = 4 * 1024 * 1024;

export function createManifests({ pull, resolve, write: repository }: Sources): Manifests {
  const seen = new Map<string, Manifest>();
  const get: Manifests['get'] = async (reference) => {
    const manifest = await firstOf(isDigest(reference) ? pull : resolve, async (at) => {
      const found = await getManifest(at, reference);
      if (found && at !== repository) requireManifest(at, found);
      return found;
    });
    if (manifest) seen.set(manifest.descriptor.digest, manifest);
    return manifest;
  };
  const required = async ({ digest }: Descriptor): Promise<Manifest> => {
    const manifest = seen.get(digest) ?? (await get(digest));
    if (manifest) return manifest;
    const message = `${repository.name} does not have the manifest ${digest}.`;
    throw new KitwrightError('kit-not-found', message, { data: { digest } });
  };
  return {
    get,
    require: required,
    read: async (descriptor, range, take) => {
      const { bytes } = await required(descriptor);
      await contentOfBytes(bytes).read(range, take);
    },
    push: async (descriptor, content) => {
      const manifest = { descriptor, bytes: await bytesOf(descriptor, content) };
      await putManifest(repository, descriptor.digest, manifest);
      seen.set(descriptor.digest, manifest);
    },
    // A manifest that existed before may have the tag already.
    tag: async (descriptor, tag) => {
      if (seen.has(descriptor.digest) || !(await isTagged(repository, descriptor, tag)))
        await putManifest(repository, tag, { descriptor, bytes: (await required(descriptor)).bytes });
    },
    swapTag: async (descriptor, tag, before) => {
      const etag = before && seen.get(before.digest)?.etag;
      const { bytes } = await required(descriptor);
      if (!etag && (await get(tag))?.descriptor.digest !== before?.digest) return false;
      return putManifest(repository, tag, { descriptor, bytes }, etag ? { 'if-match': etag } : {});
    },
  };
}

/** Reads a manifest (distribution-spec 1.1, "Pulling manifests"). */
async function getManifest(repository: Repository, reference: string): Promise<Manifest | undefined> {
  const { client, scopes, at, name } = repository;
  const request: HttpRequest = {
    method: 'GET',
    url: at(`manifests/${reference}`),
    headers: { accept: acceptManifests },
  };
  const answer = await client.send(request, scopes());
  if (answer.status === 404) {
    await answer.discard();
    return undefined;
  }
  if (answer.status !== 200) throw await answerError(request, answer, `give the manifest of ${name}:${reference}`);
  const bytes = await readBody(answer, request, maxManifest);
  const digest = digestOf(bytes);
  checkDigest(request, answer, reference, digest);
  const etag = answer.header('etag');
  return {
    descriptor: { mediaType: mediaTypeOf(answer, bytes), digest, size: bytes.byteLength },
    bytes,
    ...(etag && /^"[!#-~]{1,256}"$/.test(etag) ? { etag } : {}),
  };
}

/** A mirror may be a page for people, to log in for example. Throws `remote-malformed`. */
function requireManifest({ client }: Repository, { descriptor: { mediaType } }: Manifest): void {
  if (isManifestType(mediaType)) return;
  const shown = JSON.stringify(mediaType.slice(0, 100));
  throw new KitwrightError('remote-malformed', `${client.origin.host} gives ${shown} where a manifest was asked for.`);
}

/** What the answer says it is, else what the manifest says of itself: Ollama's registry calls each a plain text. */
function mediaTypeOf(answer: HttpAnswer, bytes: Uint8Array): string {
  const type = (answer.header('content-type') ?? '').replace(/;.*/s, '').trim();
  if (isManifestType(type)) return type;
  const own = ownMediaType(bytes);
  return own ?? (type || 'application/vnd.oci.image.manifest.v1+json');
}

function ownMediaType(bytes: Uint8Array): string | undefined {
  try {
    const { mediaType } = JSON.parse(Buffer.from(bytes).toString()) as { readonly mediaType?: unknown };
    return typeof mediaType === 'string' && isManifestType(mediaType) ? mediaType : undefined;
  } catch {
    return undefined;
  }
}

async function bytesOf({ size }: Descriptor, content: Content): Promise<Uint8Array> {
  if (size > maxManifest)
    throw new KitwrightError('remote-refused', `The manifest has ${size} bytes; registries accept ${maxManifest}.`);
  const parts: Uint8Array[] = [];
  await content.read({ start: 0, end: size }, (bytes) => void parts.push(Buffer.from(bytes)));
  return Buffer.concat(parts);
}

/**
 * Uploads a manifest under a tag or its digest (distribution-spec 1.1, "Pushing Manifests"). False if a condition in the
 * headers does not hold (RFC 9110, 13.1).
 */
async function putManifest(
  { client, scopes, at, name }: Repository,
  reference: string,
  { descriptor: { mediaType }, bytes }: Manifest,
  conditions: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const request: HttpRequest = {
    method: 'PUT',
    url: at(`manifests/${reference}`),
    headers: { 'content-type': mediaType, ...conditions },
    body: {
      length: bytes.byteLength,
      open: async function* () {
        yield bytes;
      },
    },
  };
  const answer = await client.send(request, scopes());
  if (answer.status === 412 && Object.keys(conditions).length) {
    await answer.discard();
    return false;
  }
  if (answer.status !== 201 && answer.status !== 200 && answer.status !== 202)
    throw await answerError(request, answer, `keep the manifest as ${name}:${reference}`);
  checkDigest(request, answer, '', digestOf(bytes));
  await answer.discard();
  return true;
}

/**
 * Does it have this tag already? Then it is not uploaded again, which some registries would refuse (immutable tags).
 */
async function isTagged({ client, scopes, at }: Repository, { digest }: Descriptor, tag: string): Promise<boolean> {
  const request: HttpRequest = { method: 'HEAD', url: at(`manifests/${tag}`), headers: { accept: acceptManifests } };
  const answer = await client.send(request, scopes());
  await answer.discard();
  return answer.status === 200 && answer.header('docker-content-digest') === digest;
}
