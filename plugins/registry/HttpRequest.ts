/** One request, as it is sent in one try. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  /** Read the answer's body block by block in reused memory. */
  readonly unbuffered?: boolean;
}

/** Makes the bytes to send, for each try. */
export interface RequestBody {
  /** Size in bytes, known before, because registries require a Content-Length. */
  readonly length: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}
