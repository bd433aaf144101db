import { isDeepStrictEqual } from 'node:util';
import type { Kitwright, Limits, Plugin, Timing } from '@kitwright/core/internal';

/** The setup of an engine. */
export interface EngineSetup {
  /** Further plugins; none by default. */
  readonly plugins?: readonly Plugin[];
  readonly limits?: Limits;
}

/** The engines of one command. */
export interface Engines {
  /** The engine with this setup, started if needed. Without a setup, any engine that is running. */
  readonly get: (setup?: EngineSetup) => Kitwright;
  /** Calls into plugins that have not ended, as `plugin: what it does`. */
  readonly underWay: () => readonly string[];
  readonly timings: () => readonly Timing[];
  readonly close: () => Promise<void>;
}

/** A command usually needs one engine; kits of a project with another form need another one. */
export function createEngines(start: (setup: Required<EngineSetup>) => Kitwright): Engines {
  const running: { readonly setup: EngineSetup; readonly engine: Kitwright }[] = [];
  return {
    get: (setup) => {
      const { plugins = [], limits = {} } = setup ?? {};
      const whole = { plugins, limits };
      const known = running.find((one) => !setup || isDeepStrictEqual(one.setup, whole));
      if (known) return known.engine;
      const engine = start(whole);
      running.push({ setup: whole, engine });
      return engine;
    },
    timings: () => running.flatMap(({ engine }) => engine.timings()),
    underWay: () => running.flatMap(({ engine }) => engine.underWay()),
    close: async () => {
      await Promise.all(running.map(({ engine }) => engine.close()));
    },
  };
}
