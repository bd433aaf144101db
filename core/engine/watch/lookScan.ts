import { join, resolve } from 'node:path';
import type { BytePath } from '../files/bytePath.ts';
import { changedAt } from '../files/fingerprint.ts';
import { createSeen, type Seen } from '../files/Seen.ts';
import { type ListDirectory, type Listed, listDirectory } from '../files/walk.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import { modelReference } from '../kitfile/validateKitfile.ts';
import { isReference } from '../oci/isReference.ts';
import { ownData } from '../plan/ownData.ts';
import type { ScanLayers } from '../plan/planKit.ts';
import { kitfileNames } from '../plan/readKitfile.ts';
import { listScanned, type ScannedTree } from './scanTree.ts';
import type { WatchOptions } from './WatchOptions.ts';
import type { WatchState } from './WatchState.ts';

/** The scan of one look. It shows whether something changed, and if so, the plan is made from it. */
export interface LookScan {
  /**
   * Is the tree the one that the last look found complete? Unknown if the plan depends on more than the tree: on
   * plugins, or on another kit.
   */
  readonly isUnchanged: () => Promise<boolean>;
  readonly layers: ScanLayers;
  /** The files that the plan saw. */
  readonly seen: () => Seen;
  /** Signature of the last scan. */
  readonly signature: () => string | undefined;
}

interface ScanParts {
  readonly kitwright: Kitwright;
  readonly options: WatchOptions;
  readonly state: WatchState;
}

export function createLookScan({ kitwright, options, state }: ScanParts): LookScan {
  const since = options.clock.now();
  let seen = createSeen(() => []);
  let last: { readonly paths: string; readonly found: ScannedTree } | undefined;
  const scan = async (layers: readonly string[], gently: boolean, known?: string): Promise<ScannedTree> => {
    const paths = layers.join('\0');
    if (last?.paths === paths) return last.found;
    const request = {
      directory: resolve(options.directory),
      paths: layers,
      files: steeringFiles(options),
      storeRoot: ownData(options.store, options.directory)[0],
      known,
    };
    const found = await options.treeScan.scan(request, gently);
    state.scanTime = found.elapsed;
    last = { paths, found };
    return found;
  };
  return {
    isUnchanged: async () => {
      const { plan, signature } = state;
      if (!plan || !signature || kitwright.plansFreely() || modelReference(plan.kitfile, isReference)) return false;
      // Checkpoints lie within layers of the Kitfile.
      const layers = plan.layers.flatMap(({ entry }) => (entry.isCheckpoint ? [] : [entry.clean]));
      return (await scan(layers, options.hints.working(), signature)).signature === signature;
    },
    layers: async (layers, top) => {
      const known = listScanned(await scan(layers, false), top);
      const others = listOnce(since);
      seen = createSeen((directory) => known(directory) ?? others.seen(directory));
      return (directory, seenThere) => known(directory) ?? others.list(directory, seenThere);
    },
    seen: () => seen,
    signature: () => last?.found.signature,
  };
}

function steeringFiles({ directory, kitfile }: WatchOptions): readonly string[] {
  const given = 'file' in kitfile && kitfile.file ? [resolve(kitfile.file), resolve(directory, kitfile.file)] : [];
  return [...given, ...[...kitfileNames, '.kitignore'].map((name) => join(resolve(directory), name))];
}

/**
 * Directories that are not in the scan: what the plan found in them, or else the files from before the look began
 * (`since`, in ms).
 */
function listOnce(since: number): { readonly list: ListDirectory; readonly seen: ListDirectory } {
  const listed = new Map<BytePath, readonly Listed[]>();
  return {
    list: (directory, seenThere) => {
      const found = [...listDirectory(directory, seenThere)];
      listed.set(directory, found);
      return found;
    },
    seen: (directory) =>
      listed.get(directory) ??
      [...listDirectory(directory)].filter(({ fingerprint }) => changedAt(fingerprint) < since),
  };
}
