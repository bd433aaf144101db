import type { Plugin } from '@kitwright/core/internal';

/**
 * The type of a config file. Written by hand, so that it needs no library; the compiler checks that it matches
 * `configSchema`.
 */
export interface Config extends PackingConfig {
  readonly $schema?: string | undefined;
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | undefined;
  /** `auto`, `tty`, `plain`, `json`, `github`, `none`, or a reporter of a plugin. */
  readonly progress?: string | undefined;
  /** Where layers are hashed: `threads`, or an executor of a plugin. */
  readonly executor?: string | undefined;
  /** Parallel transfers; 1 to 9999. */
  readonly concurrency?: number | undefined;
  /** Watch: one more tag for each kit, e.g. `run-{n}`. */
  readonly tagTemplate?: string | undefined;
  /** Watch: the quiet time, ms for which a file must be unchanged before it is packed. */
  readonly quiet?: number | undefined;
  /** Variables of the environment that provenance records (`--attest`), beside the usual ones. */
  readonly attestEnv?: readonly string[] | undefined;
  /** The kits of a monorepo, by name: `kitwright pack --all`. */
  readonly kits?: Readonly<Record<string, KitConfig>> | undefined;
  /** Which kits are accepted; every rule that matches must be met, those of the user and those of a trusted project. */
  readonly verify?: readonly VerifyRuleConfig[] | undefined;
  /** Packages, packages with options, or plugins. */
  readonly plugins?: readonly (string | readonly [name: string, options: unknown] | Plugin)[] | undefined;
}

/** An OIDC issuer, and the e-mail address or URI for which it vouches, or a regular expression for all of it. */
export type IdentityConfig =
  | { readonly issuer: string; readonly subject: string }
  | { readonly issuer: string; readonly subjectRegExp: string };

/** By whom kits of a place must be signed. */
export interface VerifyRuleConfig {
  /** The places for which it is: `registry/repository`, with `*` and `**`. */
  readonly match: string;
  /** The plugin that verifies; `cosign` by default, with roots `notation`. */
  readonly verifier?: string | undefined;
  /** Public keys, relative to the config file; one of them must have signed. */
  readonly keys?: readonly string[] | undefined;
  /** Whose certificates count; one of them, or one of the keys, must have signed. */
  readonly identities?: readonly IdentityConfig[] | undefined;
  /** The authorities and logs that count for identities, relative to the config file; those of sigstore.dev by default. */
  readonly trustedRoot?: string | undefined;
  /** PEM files of certificates, relative to the config file; one of them must stand above the signer. */
  readonly roots?: readonly string[] | undefined;
  /** With roots: PEM files of timestamp authorities, of which one must have stamped the signature. */
  readonly timestampRoots?: readonly string[] | undefined;
  /** Which forms of signatures count; all by default. */
  readonly format?: 'both' | 'bundle' | 'legacy' | 'jws' | 'cose' | undefined;
  /** Annotations that must be signed. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Only what was signed for the repository where it is counts: a copy elsewhere is refused. */
  readonly sameRepository?: boolean | undefined;
  /** Attestations that must be there too; conditions are paths with dots into the predicate, and values. */
  readonly attestations?:
    | readonly { readonly type: string; readonly conditions?: Readonly<Record<string, unknown>> | undefined }[]
    | undefined;
  /** Options of the verifier. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** One kit of a project. */
export interface KitConfig extends PackingConfig {
  /** The packed directory, relative to the config file; its own by default. */
  readonly directory?: string | undefined;
  /** The Kitfile; `Kitfile` in the directory by default. */
  readonly file?: string | undefined;
  /** `[registry/]repository:tag1,tag2` */
  readonly tag?: string | undefined;
  /**
   * Where `pack --push` and `watch` push the kit to, if not to its tag: a reference, or `word:location` at a target of a
   * plugin. Such a config must be trusted.
   */
  readonly push?: string | undefined;
  readonly useModelPack?: boolean | undefined;
}

interface PackingConfig {
  /** `none`, or the name of a compressor. */
  readonly compression?: string | undefined;
  /** `tar`, `raw`, or a layer type of a plugin. */
  readonly layerFormat?: string | undefined;
  /** What becomes a layer: what the Kitfile names, or each checkpoint of the model too. */
  readonly layers?: 'kitfile' | 'per-checkpoint' | undefined;
  /** How file contents enter the store. */
  readonly capture?: 'auto' | 'reflink' | 'copy' | 'reference' | undefined;
}
