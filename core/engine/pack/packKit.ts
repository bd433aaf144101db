import type { Kitwright } from '../host/createKitwright.ts';
import type { ModelKit, Plan, StoredKit } from '../host/nouns.ts';
import { checkDirectory } from '../plan/checkDirectory.ts';
import { beginBuild } from './Build.ts';
import { buildKit, readLayers } from './buildKit.ts';
import { commitKit } from './commitKit.ts';
import { isContentChange } from './isContentChange.ts';
import { oddFilesIn, oddFilesText } from './oddFiles.ts';
import type { PackOptions } from './PackOptions.ts';
import { planBuild } from './planBuild.ts';

/** How often a build is tried if a file changes while it is read. */
const attempts = 3;

/**
 * Packs a directory: plan, build, commit. If a file changes meanwhile, it starts again. A failure does not affect kits
 * that were stored before. Throws `kitfile-*`, `layer-*`, `reference*`, `content-changed`, `file-unreadable`,
 * `disk-full`, `store-*`, `cancelled`.
 */
export async function packKit(kitwright: Kitwright, options: PackOptions): Promise<StoredKit> {
  checkDirectory(options.directory);
  using _session = options.store.session();
  for (let attempt = 1; ; attempt++) {
    try {
      return await packOnce(kitwright, options);
    } catch (error) {
      if (!isContentChange(error) || attempt >= attempts) throw error;
      kitwright.diagnostic({ level: 'notice', message: `${error.message} Looking again.` });
    }
  }
}

async function packOnce(kitwright: Kitwright, options: PackOptions): Promise<StoredKit> {
  const build = beginBuild(kitwright, options);
  const plan = await planBuild(build);
  const kit = await buildKit(build, plan);
  const odd = oddFilesIn({ ...plan, layers: readLayers(plan, kit.layers) }, kitwright.capabilities);
  if (odd.length > 0) kitwright.diagnostic({ level: 'warning', message: oddFilesText(odd) });
  await options.admission;
  return commitKit(build, kit, options.name);
}

/** The plan of a pack: scans the directory, but reads no file contents. Throws what planning throws. */
export async function previewKit(kitwright: Kitwright, options: PackOptions): Promise<Plan> {
  checkDirectory(options.directory);
  return planBuild(beginBuild(kitwright, options));
}

/** The kit that a pack would make. Layers are hashed and recorded, but the kit gets no name. */
export async function computeKit(kitwright: Kitwright, options: PackOptions): Promise<ModelKit> {
  checkDirectory(options.directory);
  using _session = options.store.session();
  const build = beginBuild(kitwright, options);
  const plan = await planBuild(build);
  // Awaited because the session ends when this function returns.
  return await buildKit(build, plan);
}
