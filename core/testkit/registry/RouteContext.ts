import type { IncomingMessage } from 'node:http';
import type { RegistryContent } from './content.ts';

/** One request, read as far as its route needs. */
export interface RouteContext {
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
}
