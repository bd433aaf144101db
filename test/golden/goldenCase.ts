export interface GoldenCase {
  readonly kind?: 'init' | 'cli';
  readonly umask?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tree?: readonly TreeEntry[];
  readonly kitfile?: string;
  readonly kitfileAt?: string;
  readonly kitfileBase64?: string;
  readonly kitignore?: string;
  readonly kitignoreBase64?: string;
  readonly fileFlag?: string;
  readonly kitfileOut?: string;
  readonly contextArg?: string;
  readonly cwd?: string;
  readonly tag?: string;
  readonly noTag?: boolean;
  readonly args?: readonly string[];
  readonly before?: readonly KitInput[];
  readonly kitwrightDiffers?: boolean;
  readonly expect: ExpectedPack;
  readonly steps?: readonly Step[];
}

/** A case of the golden set; its README describes the fields. */
export interface TreeEntry {
  readonly path?: string;
  readonly pathHex?: string;
  readonly text?: string;
  readonly size?: number;
  readonly seed?: number;
  readonly base64?: string;
  readonly sparse?: number;
  readonly dir?: boolean;
  readonly symlink?: string;
  readonly hardlink?: string;
  readonly fifo?: boolean;
  readonly mode?: string;
  readonly mtime?: number;
}

export interface KitInput {
  readonly tree: readonly TreeEntry[];
  readonly kitfile: string;
  readonly tag: string;
}

export interface ExpectedPack {
  readonly exit: number;
  readonly stderr_matches?: string;
  readonly config?: {
    readonly mediaType: string;
    readonly digest: string;
    readonly bytes?: string;
    readonly json: unknown;
    readonly volatile?: boolean;
  };
  readonly layers?: readonly ExpectedLayer[];
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly kitfile?: string;
  readonly stdout?: string;
}

export interface ExpectedLayer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly diffId: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly compressed?: boolean;
}

export interface Step {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly cwd?: string;
  readonly setup?: boolean;
  readonly sortLines?: boolean;
  readonly format?: string;
  readonly snapshot?: string;
  readonly expect: {
    readonly exit: number;
    readonly stdout?: string;
    readonly stderr_matches?: string;
    readonly tree?: readonly SnapshotEntry[];
  };
}

export interface SnapshotEntry {
  readonly path: string;
  readonly type: string;
  readonly mode: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly text?: string;
}
