import type { RemoteData } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';

/** Makes remote data for one case. */
export type MakeRemoteData = (context: TestContext) => MadeRemoteData | Promise<MadeRemoteData>;

/** Remote data, and something at an address. Where all requests go by `context.through`, faults are tested too. */
export interface MadeRemoteData extends Disposable {
  readonly data: RemoteData;
  readonly url: string;
  /** As a Kitfile names it (`remoteHash`). */
  readonly hash: string;
  /** What is there: some 100 KB. */
  readonly bytes: Uint8Array;
  /** A hash of the right form, of something else. */
  readonly otherHash?: string;
  /** An address at which there is nothing. */
  readonly missing?: string;
  /** Addresses that are none. */
  readonly notUrls?: readonly string[];
  /** `check` cannot see what the hash is of, so it only says whether something is there. */
  readonly checksPresence?: boolean;
}
