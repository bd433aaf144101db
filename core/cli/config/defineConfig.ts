import type { Config } from './schema.ts';

export type { Config } from './schema.ts';

/** Gives a config file its types: `export default defineConfig({ ... })`. */
export function defineConfig(config: Config): Config {
  return config;
}
