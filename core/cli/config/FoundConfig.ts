import type { CheckedConfig, CheckedUserConfig } from './schema.ts';

/** The config of a project. */
export interface FoundConfig extends Found {
  readonly config: CheckedConfig;
  /** The directory (`fileId`) out of which its kits may not lead; undefined where the user trusts it. */
  readonly within: string | undefined;
}

/** The user's own config. */
export interface FoundUserConfig extends Found {
  readonly config: CheckedUserConfig;
}

interface Found {
  /** Absolute. */
  readonly path: string;
  readonly bytes: Buffer;
  /** The id of the user to whom the file belongs. */
  readonly owner: number;
}
