import type { IncomingMessage } from 'node:http';
import type { RegistryContent } from './content.ts';
import type { Family } from './families.ts';

/** One request, read as far as its route needs. */
export interface Route {
  readonly content: RegistryContent;
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly repository: string;
  /** What follows the repository: `blobs/…`, `manifests/…`, `tags/list`. */
  readonly rest: string;
  readonly body: () => Promise<Buffer>;
  readonly ignoreRange: boolean;
  readonly mounts: boolean;
  readonly pageSize: number;
  readonly family: Family | undefined;
  /** Where blobs are read, if that is another host: its URL. */
  readonly storage: string | undefined;
}
