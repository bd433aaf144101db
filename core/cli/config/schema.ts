import type { Plugin } from '@kitwright/core/internal';
import * as z from 'zod';

const captures = ['auto', 'reflink', 'copy', 'reference'] as const;

const packing = {
  compression: z.string().describe("'none', or the name of a compressor: see --compression").optional(),
  layerFormat: z.string().describe("'tar', 'raw', or that of a plugin").optional(),
  capture: z.enum(captures).describe('how files enter the store').optional(),
};

const kit = z
  .strictObject({
    directory: z.string().describe('the packed directory, relative to this file').default('.'),
    file: z.string().describe('the Kitfile; "Kitfile" in the directory by default').optional(),
    tag: z.string().describe('[registry/]repository:tag1,tag2').optional(),
    useModelPack: z.boolean().optional(),
    ...packing,
  })
  .describe('one kit of this project');

/** The form of a plugin: an object that `definePlugin` made. What it taps is checked when it is applied. */
const plugin = z.custom<Plugin>(
  (value) => typeof value === 'object' && value !== null && 'apply' in value && 'apiVersion' in value,
  'is no plugin: it must come from definePlugin',
);

/** What a project and a user may both set. */
const common = {
  $schema: z.string().optional(),
  ...packing,
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).optional(),
  progress: z.enum(['auto', 'tty', 'plain', 'json', 'github', 'none']).optional(),
  concurrency: z.int().min(1).max(9999).describe('parallel transfers').optional(),
  tagTemplate: z.string().describe('watch: one more tag for each kit, e.g. run-{n}').optional(),
  quiet: z
    .int()
    .min(0)
    .describe('watch: the quiet time, ms for which a file must be unchanged before it is packed')
    .optional(),
  plugins: z
    .array(z.union([z.string(), z.tuple([z.string(), z.unknown()]), plugin]))
    .describe('packages, packages with options, or plugins')
    .optional(),
};

/** What may stand in the config file of a project. Where credentials and traffic go is not for a directory to say. */
export const configSchema = z
  .strictObject({
    ...common,
    kits: z.record(z.string(), kit).describe('the kits of a monorepo, by name: "kitwright pack --all"').optional(),
  })
  .describe('The configuration of Kitwright');

/** Where credentials and traffic go. */
const traffic = {
  plainHttp: z.boolean().describe('use HTTP instead of HTTPS for registries').optional(),
  tlsCert: z.array(z.string()).describe('PEM files of other certificate authorities to trust').optional(),
  proxy: z.string().describe('the proxy for registries').optional(),
  allowRegistry: z
    .array(z.string())
    .describe('registries that get your credentials if a kit refers to them')
    .optional(),
};

/** What may stand in the user's own config file. */
export const userConfigSchema = z.strictObject({ ...common, ...traffic });

/** The settings that only the user may make, in whatever tool they are known. */
export const trafficKeys: ReadonlySet<string> = new Set([
  ...Object.keys(traffic),
  'tlsVerify',
  'cert',
  'key',
  'registries',
  'endpoints',
]);

/** The JSON Schema of the config file; plugins given as objects have none. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
}

export type CheckedConfig = z.output<typeof configSchema>;

export type CheckedUserConfig = z.output<typeof userConfigSchema>;

export type KitConfig = z.output<typeof kit>;
