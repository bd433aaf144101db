import type { Kitwright } from '../host/createKitwright.ts';
import type { ModelKit, Plan, StoredKit } from '../host/nouns.ts';
import { checkDirectory } from '../plan/checkDirectory.ts';
import { beginBuild } from './Build.ts';
import { buildKit } from './buildKit.ts';
import { commitKit } from './commitKit.ts';
import { isContentChange } from './isContentChange.ts';
import { oddFilesIn, oddFilesText } from './oddFiles.ts';
import type { PackOptions } from './PackOptions.ts';
import { planBuild } from './planBuild.ts';

/** Times that a kit is built because a file changed while it was read. */
const attempts = 3;

/**
 * Packs a directory: plan, build, commit. Where a file changed meanwhile, it looks again. Whatever fails, what was
 * stored before stays whole. Throws `kitfile-*`, `layer-*`, `reference*`, `content-changed`, `file-unreadable`,
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
  const odd = oddFilesIn(plan, kitwright.capabilities);
  if (odd.length > 0) kitwright.diagnostic({ level: 'warning', message: oddFilesText(odd) });
  return commitKit(build, kit, options.name);
}

/** What a pack would do: scans, and reads no content. Throws what the plan of a pack throws. */
export async function previewKit(kitwright: Kitwright, options: PackOptions): Promise<Plan> {
  checkDirectory(options.directory);
  return planBuild(beginBuild(kitwright, options));
}

/** The kit that a pack would make. Layers are hashed and recorded, but nothing gets a name. */
export async function computeKit(kitwright: Kitwright, options: PackOptions): Promise<ModelKit> {
  checkDirectory(options.directory);
  using _session = options.store.session();
  const build = beginBuild(kitwright, options);
  const plan = await planBuild(build);
  // Awaited here: the session lasts until this function returns.
  return await buildKit(build, plan);
}
