import type { Config } from './Config.ts';

export type { Config, KitConfig } from './Config.ts';

/** Gives a config file its types: `export default defineConfig({ ... })`. */
export function defineConfig(config: Config): Config {
  return config;
}
