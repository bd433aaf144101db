/** What a plugin gets when it opens something: the way to the network, the user's settings, and when to stop. */
export interface OpenContext {
  /** Aborted by Ctrl-C and SIGTERM, and when the work is not wanted any more. */
  readonly signal: AbortSignal;
  /**
   * As the global `fetch`, with the user's proxies and certificate authorities. It sends GET, HEAD, PUT and DELETE again
   * after a failure that may pass (core/README.md, "How failures are retried"), unless the body is a stream. A redirect to
   * another host gets no `Authorization`, `Cookie` or header of your own, and none leads from HTTPS to HTTP, or from
   * outside to this machine or a private network. For an address out of an answer give the server that named it as
   * `referrer`: the same holds then. A body in an encoding that you did not ask for is refused (`remote-malformed`).
   */
  readonly fetch: typeof fetch;
  readonly env: Environment;
  /** What the user has stored for a host (`kitwright login`, `docker login`); undefined if there is nothing. */
  readonly credentials: (host: string) => Promise<HostCredential | undefined>;
  readonly logger: Logger;
  /** Absolute path of a private folder for files of this plugin; it is made when this is read. */
  readonly home: string;
  /** For requests: `kitwright/1.2.3`. */
  readonly userAgent: string;
  /** Says what the plugin does now where no bytes move: `waits for the tape`. Shown with `-v`, and if it does not end. */
  readonly progress: (doing: string) => void;
  /** A kit named this host, not the user: `credentials` gives none, and no others may be sent. */
  readonly anonymous: boolean;
  /**
   * The registry of that kit: it may not lead to this machine or a private network, unless it is there itself. Undefined
   * also where the kit came from no registry.
   */
  readonly namedBy?: string;
}

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A login for a host. */
export type HostCredential =
  | { readonly username: string; readonly password: string }
  | {
      /** Sent as `Bearer`. */
      readonly token: string;
    };

/** Messages for the user; they carry the plugin's name. Never log a secret. */
export interface Logger {
  readonly warn: (message: string) => void;
  /** Shown with `-v`. */
  readonly debug: (message: string) => void;
}

/** How plugins reach the network: the plugin of registries provides it, so that proxies are decided in one place. */
export interface Network {
  readonly id: string;
  readonly fetch: typeof fetch;
  readonly credentials: OpenContext['credentials'];
}
