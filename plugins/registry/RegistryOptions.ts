import type { Wait } from '@kitwright/core/plugin';
import type { Mirror } from './mirrors/Mirror.ts';
import type { Quirks } from './quirks.ts';

/** The settings for registries. */
export interface RegistryOptions {
  /** HTTP instead of HTTPS. */
  readonly plainHttp?: boolean | undefined;
  /** False accepts any certificate. */
  readonly tlsVerify?: boolean | undefined;
  /** PEM files of further authorities. */
  readonly tlsCerts?: readonly string[] | undefined;
  /** PEM files of the client's certificate and key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** URL, or `host:port`; used for every host. */
  readonly proxy?: string | undefined;
  /** The same, but not used for this machine and for hosts in `NO_PROXY`; takes precedence over the proxy variables. */
  readonly usualProxy?: string | undefined;
  /** How the user gave these settings (a flag, a variable, a file), for errors. The flags of `kit` by default. */
  readonly names?: Readonly<Partial<Record<'proxy' | 'usualProxy' | 'tlsCerts' | 'cert' | 'key', string>>>;
  /** Folder that holds `credentials.json` and unfinished uploads. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  /** Time in ms without a byte after which a connection is treated as cut. */
  readonly stallTimeout?: number;
  /** Time limit in ms for a connection to a mirror: there is another host to ask. */
  readonly mirrorDialTimeout?: number;
  readonly signal: AbortSignal;
  /** Do not look up credentials: it was a kit that named the registry, not the user. */
  readonly anonymous?: boolean;
  /** The registry whose kit named this one. */
  readonly namedBy?: string | undefined;
  /** How the registry takes uploads, if its host does not show it. */
  readonly quirks?: Quirks;
  /** The hosts that answer for a repository, `registry/repository`, in order; none by default. */
  readonly mirrors?: (place: string) => readonly Mirror[];
  readonly wait?: Wait;
  /** Called with messages for the user that do not stop the work. */
  readonly warn?: (message: string) => void;
  /** Repositories of a registry that may have a blob, for mounts. */
  readonly knownRepositories?: (registry: string, digest: string) => readonly string[];
}

/** Time in ms without a byte after which a connection is treated as cut. */
export const defaultStallTimeout = 30_000;

/** Time limits in ms for a connection: where no other host has the same, and where one has. */
export const [defaultDialTimeout, defaultMirrorDialTimeout] = [30_000, 5_000];
