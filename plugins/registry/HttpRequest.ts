/** One request, as it is sent once. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  /** The answer's body is read block by block, in memory that is used again. */
  readonly unbuffered?: boolean;
}

/** Bytes to send: made anew for each try. */
export interface RequestBody {
  /** Bytes; known before, since registries want a Content-Length. */
  readonly length: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}
