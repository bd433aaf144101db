export interface HubOptions {
  /** How requests are sent; proxies and authorities are its business. */
  readonly fetch: typeof fetch;
  /** `HF_TOKEN`, `HF_ENDPOINT`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Waits for `ms` or until the signal; tests need not. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}
