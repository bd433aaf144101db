import { resolve } from 'node:path';
import { fromNative } from '../files/bytePath.ts';
import type { Plan, PlanEntry } from '../host/nouns.ts';
import { schemesOf } from '../kits/remoteDatasets.ts';
import { leftOutText, refuseLeftOut } from '../plan/checkLeftOut.ts';
import type { ThreadsNeeded } from '../plan/createFileList.ts';
import { inKitfile } from '../plan/inKitfile.ts';
import { openPacked, requireWithin } from '../plan/openPacked.ts';
import { ownData } from '../plan/ownData.ts';
import { planKit } from '../plan/planKit.ts';
import { readKitfile } from '../plan/readKitfile.ts';
import type { Build } from './Build.ts';
import { snapshotKey } from './layer/takeSnapshot.ts';

/**
 * Reads the Kitfile and scans the directory; reads no file contents and stores nothing. Throws `kitfile-*`,
 * `layer-path-*`, `reference-*`, `file-unreadable`.
 */
export async function planBuild(build: Build): Promise<Plan> {
  const { kitwright, options, hooks } = build;
  using packed = openPacked(options.directory);
  if (options.within !== undefined) requireWithin(packed, options.within, options.directory);
  const { source, warnings, file } = readKitfile(
    options.directory,
    options.kitfile,
    schemesOf(kitwright.capabilities),
    packed.at,
  );
  for (const message of warnings) kitwright.diagnostic({ level: 'warning', message });
  const kitfile = await hooks.kitfile(source.kitfile, { signal: options.signal });
  const builtAt = (entry: PlanEntry) =>
    options.store.snapshots.writtenAt(snapshotKey(fromNative(resolve(options.directory)), entry));
  const planned = planKit({
    directory: options.directory,
    packed,
    kitfile,
    from: options.from,
    source: file,
    choice: {
      layerFormat: options.layerFormat,
      compression: options.compression,
      perCheckpoint: options.perCheckpoint,
    },
    capabilities: kitwright.capabilities,
    hooks,
    targets: [options.store, ...(options.references ?? [])],
    name: options.name,
    own: ownData(options.store, options.directory),
    scan: options.scan,
    signal: options.signal,
    diagnostic: kitwright.diagnostic,
    onMany: createStarter(build, builtAt),
    builtAt,
  });
  const plan = await planned.catch((error: unknown) => {
    throw inKitfile(error, source);
  });
  if (options.refuse === 'everything') refuseLeftOut(plan.layers);
  const message = leftOutText(plan.layers);
  if (message !== undefined) kitwright.diagnostic({ level: 'warning', message });
  return plan;
}

/** Starts threads for what a scan meets. This thread takes the first layer of few large files, if it has nothing to send. */
function createStarter({ kitwright: { pool }, options }: Build, builtAt: (entry: PlanEntry) => bigint | undefined) {
  let own = options.midstates || options.early ? 0 : 1;
  return (entry: PlanEntry, threads: ThreadsNeeded): void => {
    // In a watch one of the threads may know the layer, and must be idle.
    if (options.midstates && builtAt(entry) !== undefined) return;
    if (threads === 'own' && entry.compression === undefined && own-- > 0) return;
    pool.startMany(threads === 'all' ? pool.threads : 0, options.midstates ?? false);
  };
}
