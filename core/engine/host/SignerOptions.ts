/** How a signer or a verifier is set up. */
export interface SignerOptions {
  /** `--key`: a file, `env://NAME`, or an address of a key service; undefined for one that works without keys. */
  readonly key?: string | undefined;
  /** `--root`: files with the certificates that a verifier trusts. */
  readonly roots?: readonly string[] | undefined;
  /** `--timestamp-root`: the same for timestamp authorities. */
  readonly timestampRoots?: readonly string[] | undefined;
  /** `--signer-option name=value`: what only this plugin knows. */
  readonly options: Readonly<Record<string, string>>;
  /** The password of a key, from wherever the user keeps it; undefined if there is nobody to ask. */
  readonly password: (question: string) => Promise<string | undefined>;
  /** Shows a page to the user, who logs in there; undefined if there is nobody to see it. */
  readonly visit?: ((page: Page) => Promise<void>) | undefined;
}

/** A page on which somebody says who they are. */
export interface Page {
  readonly url: string;
  /** What to enter there. */
  readonly code?: string | undefined;
}
