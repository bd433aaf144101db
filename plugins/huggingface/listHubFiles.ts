import { datasetInfo, listFiles, modelInfo } from '@huggingface/hub';
import { bytePath, checkEntryName, type ImportFile, KitwrightError, messageOf } from '@kitwright/core/plugin';
import type { HubRepository } from './hubRepository.ts';

/** A file of the hub, with the hash of its bytes. */
export interface HubFile extends ImportFile {
  /** SHA-256 of large files (LFS), else the id of the git blob: SHA-1 over a header and the bytes. Hexadecimal. */
  readonly hash: { readonly algorithm: 'sha256' | 'git'; readonly hex: string };
}

/** Files of git itself, not of the model. */
const ofGit = /(?:^|\/)\.git(?:ignore|attributes)$/;

const maxFiles = 1_000_000;

/**
 * All files of a repository at one commit. Throws `remote-malformed`; `unpack-refused` for a name that would leave a
 * directory.
 */
export function listHubFiles({ repository, hub, fetch }: ApiAccess, commit: string): Promise<readonly HubFile[]> {
  return reading(hub, async () => {
    const found = new Map<string, HubFile>();
    const params = { repo: repository, recursive: true, revision: commit, hubUrl: hubUrlOf(hub), fetch };
    for await (const entry of listFiles(params)) {
      if (entry.type === 'directory' || ofGit.test(entry.path)) continue;
      const file = fileOf(entry, hub);
      if (found.has(file.path)) throw malformed(hub, `${JSON.stringify(file.path)} is listed twice`);
      found.set(file.path, file);
      if (found.size > maxFiles) throw malformed(hub, `it lists more than ${maxFiles} files`);
    }
    return [...found.values()];
  });
}

interface ApiAccess {
  readonly repository: HubRepository;
  readonly hub: URL;
  readonly fetch: typeof fetch;
}

/** Errors of the client itself mean that it could not parse an answer. */
async function reading<T>(hub: URL, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof KitwrightError ? error : malformed(hub, messageOf(error), error);
  }
}

function malformed(hub: URL, why: string, cause?: unknown): KitwrightError {
  return new KitwrightError('remote-malformed', `The answer of ${hub.host} is not usable: ${why}.`, { cause });
}

function hubUrlOf(hub: URL): string {
  return hub.href.replace(/\/$/, '');
}

interface Entry {
  readonly type: string;
  readonly path: string;
  readonly size: number;
  readonly oid?: string | undefined;
  readonly lfs?: { readonly oid: string; readonly size: number } | undefined;
}

function fileOf(entry: Entry, hub: URL): HubFile {
  const { path, lfs } = entry;
  if (entry.type !== 'file' || typeof path !== 'string' || !path.isWellFormed())
    throw malformed(hub, `${JSON.stringify(path)} is no file`);
  const size = lfs?.size ?? entry.size;
  if (!Number.isSafeInteger(size) || size < 0) throw malformed(hub, `the size of ${JSON.stringify(path)} is none`);
  checkEntryName(bytePath(path));
  return { path, size, hash: hashOf(entry, hub) };
}

function hashOf({ path, oid, lfs }: Entry, hub: URL): HubFile['hash'] {
  if (lfs && /^[0-9a-f]{64}$/.test(lfs.oid)) return { algorithm: 'sha256', hex: lfs.oid };
  if (oid && /^[0-9a-f]{40}$/.test(oid)) return { algorithm: 'git', hex: oid };
  throw malformed(hub, `${JSON.stringify(path)} has no usable hash`);
}

/** The commit to which a branch or tag points now: a branch may move while its files are downloaded. */
export function pinCommit({ repository, hub, fetch }: ApiAccess, revision: string): Promise<string> {
  return reading(hub, async () => {
    const params = { name: repository.name, revision, hubUrl: hubUrlOf(hub), fetch };
    const info =
      repository.type === 'dataset'
        ? await datasetInfo({ ...params, additionalFields: ['sha'] })
        : await modelInfo({ ...params, additionalFields: ['sha'] });
    if (!/^[0-9a-f]{40}$/.test(String(info.sha))) throw malformed(hub, `${JSON.stringify(info.sha)} is no commit`);
    if (/^[0-9a-f]{40}$/i.test(revision) && info.sha !== revision.toLowerCase())
      throw malformed(hub, `it gives the commit ${info.sha} for ${revision}`);
    return info.sha;
  });
}
