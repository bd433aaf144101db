import type { Wait } from '@kitwright/core/plugin';

export interface S3Options {
  /** How requests are sent; proxies and authorities are its business. */
  readonly fetch: typeof fetch;
  /** `S3_*` as kit has them, and the variables and files of AWS's tools. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tests need not wait. */
  readonly wait?: Wait;
}
