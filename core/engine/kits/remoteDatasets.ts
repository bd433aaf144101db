import type { RemoteData } from '../host/capabilities.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { DatasetEntry, Kitfile } from '../kitfile/Kitfile.ts';

/** A dataset that is not packed: at a URL, or the datasets of another kit. */
export interface RemoteDataset {
  readonly name: string | undefined;
  readonly path: string;
  readonly remotePath: string;
  readonly remoteHash: string;
}

export function remoteDatasets({ datasets = [] }: Kitfile): readonly RemoteDataset[] {
  return datasets.flatMap(remote);
}

function remote({ name, path = '', remotePath, remoteHash = '' }: DatasetEntry): readonly RemoteDataset[] {
  return remotePath ? [{ name, path, remotePath, remoteHash }] : [];
}

const scheme = /^([a-z][a-z0-9+.-]*):\/\//;

/** Is it a URL? Otherwise it is a reference to a kit. */
export function isAtUrl({ remotePath }: RemoteDataset): boolean {
  return scheme.test(remotePath);
}

/** The schemes of URLs at which data may be: those that plugins read. */
export function schemesOf(capabilities: CapabilitySet): readonly string[] {
  return capabilities.all('remoteData').map(({ id }) => id);
}

/** The plugin for the scheme of a URL. Throws `usage`, which lists the known schemes. */
export function remoteDataOf(capabilities: CapabilitySet, { remotePath }: RemoteDataset): RemoteData {
  return capabilities.get('remoteData', scheme.exec(remotePath)?.[1] ?? '');
}

/**
 * Checks that datasets at URLs exist and match their hashes, before a kit names them. Throws what the plugins throw.
 */
export async function checkRemoteDatasets(
  kitfile: Kitfile,
  capabilities: CapabilitySet,
  signal: AbortSignal,
): Promise<void> {
  for (const dataset of remoteDatasets(kitfile).filter(isAtUrl))
    await remoteDataOf(capabilities, dataset).check(dataset.remotePath, dataset.remoteHash, signal);
}
