import type { Capabilities, Plugin } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';
import type { SmallKit } from '../suite/packSmallKit.ts';

/** Makes a plugin for one case. */
export type MakePlugin = (context: TestContext) => MadePlugin | Plugin | Promise<MadePlugin | Plugin>;

/** A plugin, and what is packed with it. */
export interface MadePlugin extends Disposable {
  readonly plugin: Plugin;
  /** The plugins that it needs before it, such as those of `kitwright/plugins`; by default files are layers. */
  readonly surroundings?: readonly Plugin[];
  /** A kit that is packed with it; two texts by default. */
  readonly kit?: SmallKit;
  /** A kit that it refuses, and the code of its error. */
  readonly refused?: SmallKit & { readonly code: string };
  /** What it registers, as `[kind, id]`. */
  readonly registers?: readonly (readonly [kind: keyof Capabilities, id: string])[];
}

export function asMadePlugin(made: MadePlugin | Plugin): MadePlugin {
  return 'plugin' in made ? made : { plugin: made };
}
