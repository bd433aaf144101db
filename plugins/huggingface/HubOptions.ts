import type { Wait } from '@kitwright/core/plugin';

export interface HubOptions {
  /** How requests are sent; proxies and authorities are its business. */
  readonly fetch: typeof fetch;
  /** `HF_TOKEN`, `HF_ENDPOINT`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tests need not wait. */
  readonly wait?: Wait;
}
