import { type Hub, malformed } from './createHub.ts';
import type { HubDestination } from './hubDestination.ts';

/** A branch that is there, at its commit of now. */
export interface HubBranch {
  readonly commit: string;
  /** What was made, as lines. */
  readonly made: readonly string[];
}

/** The path of the API for a repository. */
export function apiOf({ type, name }: HubDestination): string {
  return `/api/${type}s/${name}`;
}

/** Finds the branch; makes the repository and the branch where there is none. */
export async function openBranch(hub: Hub, destination: HubDestination): Promise<HubBranch> {
  const { type, name, branch } = destination;
  const found = await hub.ask(apiOf(destination), undefined, [200, 404]);
  const made: string[] = [];
  if (found.status === 404) {
    await createRepository(hub, destination);
    made.push(`Made the repository of the ${type} ${name}`);
  }
  const commit = await commitOf(hub, destination);
  if (commit !== undefined) return { commit, made };
  await hub.ask(`${apiOf(destination)}/branch/${encodeURIComponent(branch)}`, {}, [200, 201, 409]);
  const first = await commitOf(hub, destination);
  if (first === undefined) throw malformed(hub.host, `it has no branch ${branch}, which it has just made`);
  return { commit: first, made: [...made, `Made the branch ${branch}`] };
}

/** Another export may make it at the same time: 409. */
async function createRepository(hub: Hub, { type, name, isPrivate }: HubDestination): Promise<void> {
  const [organization, own] = name.split('/');
  const visibility = isPrivate === undefined ? {} : { visibility: isPrivate ? 'private' : 'public' };
  await hub.ask('/api/repos/create', { type, organization, name: own, ...visibility }, [200, 201, 409]);
}

async function commitOf(hub: Hub, destination: HubDestination): Promise<string | undefined> {
  const path = `${apiOf(destination)}/revision/${encodeURIComponent(destination.branch)}`;
  const { status, body } = await hub.ask(path, undefined, [200, 404]);
  return status === 404 ? undefined : shaIn((body as { readonly sha?: unknown } | null)?.sha, hub);
}

/** Throws `remote-malformed` for what is no commit. */
export function shaIn(value: unknown, { host }: Hub): string {
  if (typeof value === 'string' && /^[0-9a-f]{40}$/.test(value)) return value;
  throw malformed(host, 'it names no commit');
}
