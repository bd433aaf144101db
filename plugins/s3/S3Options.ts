import type { Wait } from '@kitwright/core/plugin';

export interface S3Options {
  /** Sends the requests; it handles proxies and certificate authorities. */
  readonly fetch: typeof fetch;
  /** `S3_*` as in `kit`, and the variables of AWS's tools. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How to wait; tests do not. */
  readonly wait?: Wait;
}
