import type { Config } from './schema.ts';

export type { Config } from './schema.ts';

/** Gives a config file its types: `export default defineConfig({ ... })`. */
export const defineConfig = (config: Config): Config => config;
