import type { Credential } from '@kitwright/registry';

/** Hosts, and the credential that they take. */
export interface CloudLogin {
  readonly hosts: readonly string[];
  readonly credential: Credential;
}

/** What a login needs. */
export interface CloudPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The registry from which a kit shall come. */
  readonly registry: string;
  readonly fetch: typeof fetch;
  /** ms since 1970; the time of a signature. */
  readonly now: () => number;
}
