import type { Plugin } from '@kitwright/core/internal';
import * as z from 'zod';

const captures = ['auto', 'reflink', 'copy', 'reference'] as const;

const packing = {
  compression: z.string().describe("'none', or the name of a compressor: see --compression").optional(),
  layerFormat: z.string().describe("'tar', 'raw', or a layer type of a plugin").optional(),
  layers: z
    .enum(['kitfile', 'per-checkpoint'])
    .describe('what becomes a layer: what the Kitfile names, or each checkpoint of the model too')
    .optional(),
  capture: z.enum(captures).describe('how files enter the store').optional(),
};

const kit = z
  .strictObject({
    directory: z.string().describe('the packed directory, relative to this file').default('.'),
    file: z.string().describe('the Kitfile; "Kitfile" in the directory by default').optional(),
    tag: z.string().describe('[registry/]repository:tag1,tag2').optional(),
    push: z
      .string()
      .describe('where "pack --push" and "watch" push the kit to, if not to its tag: a reference, or word:location')
      .optional(),
    useModelPack: z.boolean().optional(),
    ...packing,
  })
  .describe('one kit of this project');

/** What a config that is a program puts there itself; whether it is a plugin is checked when it is loaded. */
const plugin = z.custom<Plugin>(
  (value) => typeof value === 'function' || (typeof value === 'object' && value !== null && !Array.isArray(value)),
);

const identity = z
  .union([
    z.strictObject({ issuer: z.string().min(1), subject: z.string().min(1) }),
    z.strictObject({ issuer: z.string().min(1), subjectRegExp: z.string().min(1) }),
  ])
  .describe(
    'an OIDC issuer, and the e-mail address or URI for which it vouches, or a regular expression for all of it',
  );

const rule = z
  .strictObject({
    match: z.string().min(1).describe('the places for which it is: registry/repository, with * and **'),
    verifier: z.string().describe('the plugin that verifies; cosign by default, with roots notation').optional(),
    keys: z.array(z.string()).describe('public keys, relative to this file; one of them must have signed').default([]),
    identities: z
      .array(identity)
      .describe('whose certificates count; one of them, or one of the keys, must have signed')
      .optional(),
    trustedRoot: z
      .string()
      .describe(
        'the authorities and logs that count for identities, relative to this file; those of sigstore.dev by default',
      )
      .optional(),
    roots: z
      .array(z.string())
      .min(1)
      .describe('PEM files of certificates, relative to this file; one of them must stand above the signer')
      .optional(),
    timestampRoots: z
      .array(z.string())
      .describe('with roots: PEM files of timestamp authorities, of which one must have stamped the signature')
      .optional(),
    format: z
      .enum(['both', 'bundle', 'legacy', 'jws', 'cose'])
      .describe('which forms of signatures count; all by default')
      .optional(),
    annotations: z.record(z.string(), z.string()).describe('must be signed').optional(),
    sameRepository: z
      .boolean()
      .describe('only what was signed for the repository where it is counts: a copy elsewhere is refused')
      .optional(),
    attestations: z
      .array(
        z.strictObject({
          type: z.string().describe("a predicate type, or cosign's word for it"),
          conditions: z
            .record(z.string(), z.unknown())
            .describe('what must stand in the predicate: paths with dots, and values')
            .optional(),
        }),
      )
      .describe('must be there too')
      .optional(),
    options: z.record(z.string(), z.string()).describe('options of the verifier').optional(),
  })
  .describe('by whom kits of a place must be signed: pull, unpack, copy and pushes refuse others');

/** Settings that a project and a user may both make. */
const common = {
  $schema: z.string().optional(),
  ...packing,
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).optional(),
  progress: z
    .string()
    .describe("'auto', 'tty', 'plain', 'json', 'github', 'none', or a reporter of a plugin")
    .optional(),
  executor: z.string().describe("where layers are hashed: 'threads', or an executor of a plugin").optional(),
  concurrency: z.int().min(1).max(9999).describe('parallel transfers').optional(),
  tagTemplate: z.string().describe('watch: one more tag for each kit, e.g. run-{n}').optional(),
  quiet: z
    .int()
    .min(0)
    .describe('watch: the quiet time, ms for which a file must be unchanged before it is packed')
    .optional(),
  attestEnv: z.array(z.string()).describe('variables of the environment that provenance records').optional(),
  verify: z.array(rule).describe('which kits are accepted; every rule that matches must be met').optional(),
  plugins: z
    .array(
      z.union([z.string(), z.tuple([z.string(), z.unknown()]), plugin], {
        error: 'must be the name of a package or file, [name, options], or a plugin',
      }),
    )
    .describe('packages, packages with options, or plugins')
    .optional(),
};

/** More than one project has: whoever wrote a config decides how many Kitfiles are read. */
const mostKits = 2000;

/** The config file of a project. It may not set where credentials and traffic go. */
export const configSchema = z
  .strictObject({
    ...common,
    kits: z
      .record(z.string(), kit)
      .refine((kits) => Object.keys(kits).length <= mostKits, { error: `must be at most ${mostKits} kits` })
      .describe('the kits of a monorepo, by name: "kitwright pack --all"')
      .optional(),
  })
  .describe('The configuration of Kitwright');

/** A file of rules, as `load --policy` takes it. */
export const policySchema = z.strictObject({ $schema: z.string().optional(), verify: z.array(rule).min(1) });

const mirror = z
  .strictObject({
    match: z.string().min(1).describe('the registries or repositories for which they answer, with * and **'),
    hosts: z
      .array(z.string().regex(/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#@]*)?$/, 'must be http[s]://host[:port][/path]'))
      .min(1)
      .describe('in the order in which they are asked, before the registry itself'),
    capabilities: z
      .array(z.enum(['pull', 'resolve', 'push']))
      .min(1)
      .describe('pull: what is asked for by its digest; resolve: tags too; push: takes pushes in place of the registry')
      .default(['pull', 'resolve']),
  })
  .describe('hosts that answer for registries');

/** Where credentials and traffic go. */
const traffic = {
  plainHttp: z.boolean().describe('use HTTP instead of HTTPS for registries').optional(),
  tlsVerify: z.boolean().describe('false = accept any certificate of a registry').optional(),
  tlsCert: z
    .array(z.string())
    .describe('PEM files of other certificate authorities to trust, relative to this file')
    .optional(),
  proxy: z.string().describe('the proxy for registries').optional(),
  mirrors: z.array(mirror).describe('every entry that matches counts, in order').optional(),
  allowRegistry: z
    .array(z.string())
    .describe('registries that get your credentials if a kit refers to them')
    .optional(),
};

/** The user's own config file. */
export const userConfigSchema = z.strictObject({ ...common, ...traffic });

/** The settings that only the user may make. */
export const trafficKeys: ReadonlySet<string> = new Set([
  ...Object.keys(traffic),
  'cert',
  'key',
  'registries',
  'endpoints',
]);

/** The JSON Schema of the config file; plugins given as objects are left out. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
}

export type CheckedConfig = z.output<typeof configSchema>;

export type CheckedUserConfig = z.output<typeof userConfigSchema>;

export type CheckedPolicy = z.output<typeof policySchema>;

export type KitConfig = z.output<typeof kit>;

export type VerifyRule = z.output<typeof rule>;
