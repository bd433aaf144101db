import type { BuildHooks } from '../host/buildHooks.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { Calls } from '../host/hooks.ts';
import type { PackOptions } from './PackOptions.ts';

/** One run over a directory. Its steps are `planBuild`, `buildKit` and `commitKit`, in this order. */
export interface Build {
  readonly kitwright: Kitwright;
  readonly options: PackOptions;
  readonly hooks: Calls<BuildHooks>;
}

export function beginBuild(kitwright: Kitwright, options: PackOptions): Build {
  return { kitwright, options, hooks: kitwright.beginBuild() };
}
