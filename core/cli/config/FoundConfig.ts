import type { CheckedConfig, CheckedUserConfig } from './schema.ts';

/** The config of a project. */
export interface FoundConfig extends Found {
  readonly config: CheckedConfig;
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
