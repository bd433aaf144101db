import {
  canListTags,
  displayReference,
  displayRepository,
  type IndexEntry,
  type JsonValue,
  KitwrightError,
  type LoadedIndex,
  loadIndex,
  loadIndexAt,
  mediaTypes,
  modelIndexBytes,
  parseReference,
  type Reference,
  sizeOfEntry,
  tagOfEntry,
} from '@kitwright/core/internal';
import { valueYaml } from '@kitwright/core/internal/builds';
import { formatSize } from '../output/formatSize.ts';
import { formatTable } from '../output/formatTable.ts';
import { yamlForCi } from '../output/yamlForCi.ts';
import { defaultToLatest, requireOne } from '../references.ts';
import { kitSources, openRemote } from '../remote.ts';
import type { Session } from '../Session.ts';

/** The indexes of the local store, or those at a remote repository. */
export async function listIndexes(session: Session, repository: string | undefined): Promise<undefined> {
  const indexes = repository === undefined ? await localIndexes(session) : await remoteIndexes(session, repository);
  const rows = indexes.map(({ repository: name, tag, digest, entries }) => ({
    repo: displayRepository(name),
    tag: tag ?? '<none>',
    modelkits: entries.length,
    size: totalSize(entries),
    digest,
  }));
  const lines = rows.map(({ repo, tag, modelkits, size, digest }) => [
    repo,
    tag,
    String(modelkits),
    formatSize(size),
    digest,
  ]);
  session.output.answer({
    json: { indexes: rows },
    text: formatTable([['REPOSITORY', 'TAG', 'MODELKITS', 'SIZE', 'DIGEST'], ...lines]),
  });
}

interface ListedIndex {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string;
  readonly entries: readonly IndexEntry[];
}

async function localIndexes({ stores, warn }: Session): Promise<readonly ListedIndex[]> {
  const { local } = stores();
  const found: ListedIndex[] = [];
  // Many names may stand for one index.
  const known = new Map<string, Promise<LoadedIndex>>();
  for (const { repository, tag, descriptor } of local.list()) {
    if (descriptor.mediaType !== mediaTypes.index) continue;
    try {
      const reading = known.get(descriptor.digest) ?? loadIndexAt(descriptor, local);
      known.set(descriptor.digest, reading);
      const { index } = await reading;
      found.push({ repository, tag, digest: descriptor.digest, entries: index.entries });
    } catch (error) {
      warn(`The index ${displayRepository(repository)}:${tag ?? ''} cannot be read: ${(error as Error).message}`);
    }
  }
  return found.sort((a, b) => (`${a.repository}:${a.tag}` < `${b.repository}:${b.tag}` ? -1 : 1));
}

async function remoteIndexes(session: Session, text: string): Promise<readonly ListedIndex[]> {
  const reference = parseReference(text);
  const { target } = openRemote(session, reference, 'pull');
  const found: ListedIndex[] = [];
  if (reference.reference !== undefined) return remoteIndex(session, reference, reference.reference);
  if (canListTags(target))
    for await (const tag of target.tags()) found.push(...(await remoteIndex(session, reference, tag)));
  return found;
}

/** The index of a tag; undefined for images and kits. */
async function remoteIndex(session: Session, reference: Reference, tag: string): Promise<readonly ListedIndex[]> {
  const { target, repository } = openRemote(session, { ...reference, reference: tag }, 'pull');
  const descriptor = await target.resolve(repository, tag);
  if (descriptor?.mediaType !== mediaTypes.index) return [];
  try {
    const { index } = await loadIndexAt(descriptor, target);
    return [{ repository: reference.repository, tag, digest: descriptor.digest, entries: index.entries }];
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'index-invalid') return [];
    throw error;
  }
}

function totalSize(entries: readonly IndexEntry[]): number {
  return entries.reduce((sum, entry) => sum + (sizeOfEntry(entry) ?? 0), 0);
}

/** The kits of an index with their labels, as YAML. */
export async function indexInfo(session: Session, text: string): Promise<undefined> {
  const { reference, descriptor, index } = await find(session, text);
  const info = {
    index: displayReference(reference),
    digest: descriptor.digest,
    modelkits: index.entries.map(kitOf),
  };
  session.output.answer({ json: info, document: yamlForCi(valueYaml(info), info, session.env).replace(/\n$/, '') });
}

async function find(session: Session, text: string): Promise<LoadedIndex & { readonly reference: Reference }> {
  const reference = defaultToLatest(requireOne(text), () => undefined);
  return { reference, ...(await loadIndex(reference, kitSources(session, 'anywhere'))) };
}

function kitOf(entry: IndexEntry): JsonValue {
  return {
    ...(tagOfEntry(entry) === undefined ? {} : { tag: tagOfEntry(entry) as string }),
    digest: entry.descriptor.digest,
    ...(sizeOfEntry(entry) === undefined ? {} : { size: formatSize(sizeOfEntry(entry) as number) }),
    ...(Object.keys(entry.labels).length ? { labels: entry.labels } : {}),
  };
}

/** Digest and bytes of an index, as JSON. */
export async function inspectIndex(session: Session, text: string): Promise<undefined> {
  const { descriptor, index } = await find(session, text);
  const parsed: unknown = JSON.parse(Buffer.from(modelIndexBytes(index)).toString());
  session.output.document(JSON.stringify({ digest: descriptor.digest, index: parsed }, undefined, 2));
}
