import type { TakeBlock } from '@kitwright/core/plugin';

/** The answer to one request; its body has not been read. */
export interface HttpAnswer {
  readonly status: number;
  readonly url: URL;
  readonly header: (name: string) => string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Passes the body to `take` block by block; rejects with what `take` throws. */
  readonly read: (take: TakeBlock) => Promise<void>;
  /** Reads and drops the rest of the body, or closes the connection if the rest is too long. */
  readonly discard: () => Promise<void>;
}
