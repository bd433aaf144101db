import type { TakeBlock } from '@kitwright/core/plugin';

/** The answer to one request; its body has not been read. */
export interface HttpAnswer {
  readonly status: number;
  readonly url: URL;
  readonly header: (name: string) => string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives the body block by block; rejects with what `take` throws. */
  readonly read: (take: TakeBlock) => Promise<void>;
  /** Reads on to the end and drops it, or cuts the connection if there is too much. */
  readonly discard: () => Promise<void>;
}
