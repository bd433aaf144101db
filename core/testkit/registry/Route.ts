import type { IncomingMessage } from 'node:http';
import type { RegistryContent } from './content.ts';
import type { Family } from './families.ts';

/** One request to a repository, and the registry that answers it. */
export interface Route {
  readonly content: RegistryContent;
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly repository: string;
  /** The path after the repository: `blobs/…`, `manifests/…`, `tags/list`. */
  readonly rest: string;
  readonly body: () => Promise<Buffer>;
  readonly ignoreRange: boolean;
  readonly mounts: boolean;
  readonly pageSize: number;
  readonly family: Family | undefined;
  /** URL of another host for downloads of blobs, if there is one. */
  readonly storage: string | undefined;
}
