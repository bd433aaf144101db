import type { Wait } from '@kitwright/core/plugin';

export interface HubOptions {
  /** Sends the requests; it handles proxies and certificate authorities. */
  readonly fetch: typeof fetch;
  /** `HF_TOKEN`, `HF_ENDPOINT`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How to wait; tests do not. */
  readonly wait?: Wait;
}
