import {
  contentOfBytes,
  type Descriptor,
  digestOf,
  fetchFrom,
  isDigest,
  isManifestType,
  KitwrightError,
  type Mounter,
  type Reader,
  type ReadTarget,
  type Reference,
  type Target,
} from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import { createAuthorizer } from './authorizer.ts';
import type { LazyAgent } from './connection/lazyAgent.ts';
import { createClient, type RegistryClient } from './createClient.ts';
import { createUploadMemory } from './createUploadMemory.ts';
import { downloadBlob } from './downloadBlob.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { listReferrers } from './listReferrers.ts';
import { listTags } from './listTags.ts';
import { shownRequest } from './networkError.ts';
import { quirksOf } from './quirks.ts';
import type { RegistryOptions } from './RegistryOptions.ts';
import { isRegistryTarget, type RegistryTarget } from './RegistryTarget.ts';
import { readBody } from './readBody.ts';
import { type UploadContext, uploadBlob } from './uploadBlob.ts';
import { uploadEarly } from './uploadEarly.ts';

export type Access = 'pull' | 'push' | 'delete';

const actions: Readonly<Record<Access, string>> = { pull: 'pull', push: 'pull,push', delete: 'delete,pull,push' };

const acceptManifests = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** Manifests above this (bytes) are refused by registries, and so they are here. */
export const maxManifest = 4 * 1024 * 1024;

/** Opens one repository. Nothing is sent before something is asked. */
export function openRepository(
  { registry, repository }: Pick<Reference, 'registry' | 'repository'>,
  access: Access,
  agent: LazyAgent,
  options: RegistryOptions,
): RegistryTarget {
  const origin = originOf(registry, options);
  const name = `${registry}/${repository}`;
  const client: RegistryClient = createClient(
    origin,
    agent,
    createAuthorizer(origin, registry, repository, agent, options),
    options,
  );
  const scope = (extra: readonly string[] = []) => [`repository:${repository}:${actions[access]}`, ...extra];
  const at = (path: string) => new URL(`/v2/${repository}/${path}`, origin);
  const pathOf = ({ mediaType, digest }: Descriptor) =>
    at(`${isManifestType(mediaType) ? 'manifests' : 'blobs'}/${digest}`);
  const quirks = options.quirks ?? quirksOf(origin.host);
  const memory = createUploadMemory(origin, repository, options);
  const manifests = new Map<string, Manifest>();
  const opened = new Map<string, URL>();

  const readManifest = async (reference: string): Promise<Manifest | undefined> => {
    const request: HttpRequest = {
      method: 'GET',
      url: at(`manifests/${reference}`),
      headers: { accept: acceptManifests },
    };
    const answer = await client.send(request, scope());
    if (answer.status === 404) {
      await answer.discard();
      return undefined;
    }
    if (answer.status !== 200) throw await answerError(request, answer, `give the manifest of ${name}:${reference}`);
    const bytes = await readBody(answer, request, maxManifest);
    const descriptor = {
      mediaType:
        (answer.header('content-type') ?? '').replace(/;.*$/, '').trim() ||
        'application/vnd.oci.image.manifest.v1+json',
      digest: digestOf(bytes),
      size: bytes.byteLength,
    };
    checkDigest(request, answer, reference, descriptor.digest);
    manifests.set(descriptor.digest, { descriptor, bytes });
    return { descriptor, bytes };
  };
  const manifestOf = async ({ digest }: Descriptor): Promise<Manifest> => {
    const manifest = manifests.get(digest) ?? (await readManifest(digest));
    if (!manifest)
      throw new KitwrightError('kit-not-found', `${name} does not have the manifest ${digest}.`, { data: { digest } });
    return manifest;
  };
  const read: Reader['read'] = async (descriptor, range, take) => {
    if (!isManifestType(descriptor.mediaType))
      return downloadBlob({ client, scopes: scope(), url: pathOf(descriptor), descriptor }, range, take);
    await contentOfBytes((await manifestOf(descriptor)).bytes).read(range, take);
  };
  const exists = async (descriptor: Descriptor): Promise<boolean> => {
    const request: HttpRequest = {
      method: 'HEAD',
      url: pathOf(descriptor),
      headers: { accept: `${acceptManifests}, */*`, 'accept-encoding': 'identity' },
    };
    const answer = await client.send(request, scope());
    await answer.discard();
    if (answer.status === 404) return false;
    if (answer.status !== 200) throw await answerError(request, answer, `say whether it has ${descriptor.digest}`);
    const length = answer.header('content-length');
    return length === undefined || Number(length) === descriptor.size;
  };
  /**
   * Names what was there before already the same? Then it is not written again, which some registries would refuse
   * (immutable tags).
   */
  const isTagged = async ({ digest }: Descriptor, tag: string): Promise<boolean> => {
    if (manifests.has(digest)) return false;
    const request: HttpRequest = { method: 'HEAD', url: at(`manifests/${tag}`), headers: { accept: acceptManifests } };
    const answer = await client.send(request, scope());
    await answer.discard();
    return answer.status === 200 && answer.header('docker-content-digest') === digest;
  };
  const putManifest = async (reference: string, { mediaType }: Descriptor, bytes: Uint8Array): Promise<void> => {
    const request: HttpRequest = {
      method: 'PUT',
      url: at(`manifests/${reference}`),
      headers: { 'content-type': mediaType },
      body: once(bytes),
    };
    const answer = await client.send(request, scope());
    if (answer.status !== 201 && answer.status !== 200 && answer.status !== 202)
      throw await answerError(request, answer, `keep the manifest as ${name}:${reference}`);
    checkDigest(request, answer, '', digestOf(bytes));
    await answer.discard();
  };
  const uploadContext = (already?: URL): UploadContext => ({
    client,
    scopes: scope(),
    uploads: at('blobs/uploads/'),
    quirks,
    memory,
    opened: already,
  });
  const push: Target['push'] = async (descriptor, content) => {
    if (!isManifestType(descriptor.mediaType)) {
      await uploadBlob(uploadContext(opened.get(descriptor.digest)), descriptor, content);
      opened.delete(descriptor.digest);
      if (quirks.checksSize && !(await exists(descriptor)))
        throw new KitwrightError(
          'remote-malformed',
          `${origin.host} took ${descriptor.digest} but does not have all of it.`,
        );
      return;
    }
    const { size } = descriptor;
    if (size > maxManifest)
      throw new KitwrightError('remote-refused', `The manifest has ${size} bytes; registries take ${maxManifest}.`);
    const parts: Uint8Array[] = [];
    await content.read({ start: 0, end: size }, (block) => void parts.push(Buffer.from(block)));
    const bytes = Buffer.concat(parts);
    await putManifest(descriptor.digest, descriptor, bytes);
    manifests.set(descriptor.digest, { descriptor, bytes });
  };
  const mountFrom = async (descriptor: Descriptor, from: string): Promise<boolean> => {
    const url = at('blobs/uploads/');
    url.searchParams.set('mount', descriptor.digest);
    url.searchParams.set('from', from);
    const request: HttpRequest = { method: 'POST', url, headers: { 'content-length': '0' } };
    const answer = await client.send(request, scope([`repository:${from}:pull`]));
    await answer.discard();
    if (answer.status === 201) return true;
    const location = answer.header('location');
    // The registry would not, but has opened an upload, which is as good as the one that would be asked for next.
    if (answer.status === 202 && location && URL.canParse(location, origin.href))
      opened.set(descriptor.digest, new URL(location, origin));
    return false;
  };
  const mount: Mounter['mount'] = async (descriptor: Descriptor, source: ReadTarget) => {
    const same = isRegistryTarget(source) && source.host === registry ? [source.repository] : [];
    const known = options.knownRepositories?.(registry, descriptor.digest) ?? [];
    const [from] = [...same, ...known].filter((candidate) => candidate !== repository);
    return from !== undefined && mountFrom(descriptor, from);
  };
  const remove = async (reference: string, what: string, hint: string): Promise<void> => {
    const request: HttpRequest = { method: 'DELETE', url: at(`manifests/${reference}`) };
    const answer = await client.send(request, scope());
    if (answer.status === 202 || answer.status === 200 || answer.status === 204) return answer.discard();
    if (answer.status === 404) throw new KitwrightError('kit-not-found', `${name} has no ${reference}.`);
    const error = await answerError(request, answer, what);
    throw new KitwrightError(error.code, error.message, { data: error.data, hint: error.hint ?? hint });
  };
  return {
    name,
    host: registry,
    repository,
    complete: true,
    exists,
    read,
    fetch: fetchFrom(read),
    resolve: async (wanted, reference) => (wanted === name ? (await readManifest(reference))?.descriptor : undefined),
    push,
    // One request for everything has the digest in its address, so it must be known.
    pushEarly: (size, key, content) =>
      quirks.upload === 'patch' ? uploadEarly(uploadContext(), size, key, content) : undefined,
    mount,
    tag: async (descriptor, _name, tag) => {
      if (tag === undefined || (await isTagged(descriptor, tag))) return;
      const manifest = manifests.get(descriptor.digest) ?? (await readManifest(descriptor.digest));
      if (!manifest) throw new KitwrightError('kit-not-found', `${name} does not have ${descriptor.digest}.`);
      await putManifest(tag, descriptor, manifest.bytes);
    },
    tags: () => listTags(client, scope(), at('tags/list?n=1000'), name),
    referrers: (descriptor, artifactType) => listReferrers(client, scope(), at, descriptor, artifactType, readManifest),
    untag: (tag) =>
      remove(tag, `remove the tag ${tag}`, 'Many registries do not remove single tags: remove the kit by its digest.'),
    delete: ({ digest }) =>
      remove(
        digest,
        `delete ${digest}`,
        'The registry must allow deletion (distribution: REGISTRY_STORAGE_DELETE_ENABLED).',
      ),
  };
}

interface Manifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** The address of a registry. Throws `reference-invalid` where there can be none: the port is too large, for example. */
export function originOf(registry: string, { plainHttp }: Pick<RegistryOptions, 'plainHttp'>): URL {
  const address = `${plainHttp ? 'http' : 'https'}://${addressOf(registry)}`;
  if (URL.canParse(address)) return new URL(address);
  throw new KitwrightError('reference-invalid', `${JSON.stringify(registry)} is no address of a registry.`, {
    data: { registry },
    hint: 'A registry reads host[:port]; ports go up to 65535.',
  });
}

/** Docker Hub answers under another name than it is called by. */
function addressOf(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}

function checkDigest(request: HttpRequest, answer: HttpAnswer, reference: string, digest: string): void {
  const promised = isDigest(reference) ? reference : answer.header('docker-content-digest');
  if (promised === undefined || promised === digest) return;
  if (!isDigest(promised))
    throw new KitwrightError(
      'remote-malformed',
      `${shownRequest(request)}: digests of the kind ${JSON.stringify(promised.slice(0, 20))} are not supported.`,
    );
  throw new KitwrightError(
    'descriptor-mismatch',
    `${shownRequest(request)} was answered with ${digest} instead of ${promised}.`,
    {
      data: { digest, promised, request: shownRequest(request) },
    },
  );
}

function once(bytes: Uint8Array) {
  return {
    length: bytes.byteLength,
    open: async function* () {
      yield bytes;
    },
  };
}
