import type { Wait } from '@kitwright/core/plugin';
import type { Quirks } from './quirks.ts';

/** How registries are reached. */
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
  /** URL, or `host:port`; for every address. */
  readonly proxy?: string | undefined;
  /** The same, but not for this machine and what `NO_PROXY` names; goes before the proxy variables. */
  readonly usualProxy?: string | undefined;
  /** How the user gave these settings (a flag, a variable, a file), for errors. The flags of `kit` by default. */
  readonly names?: Readonly<Partial<Record<'proxy' | 'usualProxy' | 'tlsCerts' | 'cert' | 'key', string>>>;
  /** Folder that holds `credentials.json` and unfinished uploads. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  /** Time in ms without a byte after which a connection counts as dead. */
  readonly stallTimeout?: number;
  readonly signal: AbortSignal;
  /** No credentials are looked up: only a kit has named the registry. */
  readonly anonymous?: boolean;
  /** How the registry takes uploads, where its host does not tell. */
  readonly quirks?: Quirks;
  readonly wait?: Wait;
  /** Hears what the user should know, although the work goes on. */
  readonly warn?: (message: string) => void;
  /** Repositories of a registry in which a digest may be: it is mounted from there. */
  readonly knownRepositories?: (registry: string, digest: string) => readonly string[];
}

/** Time in ms without a byte after which a connection counts as dead. */
export const defaultStallTimeout = 30_000;
