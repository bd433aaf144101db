/** What a host may be asked for (containerd, `hosts.toml`, "capabilities"). */
export type MirrorCapability = 'pull' | 'resolve' | 'push';

/** Hosts that answer for the repositories of a registry. */
export interface Mirror {
  /** `http[s]://host[:port][/path]`, in the order in which they are asked. */
  readonly hosts: readonly string[];
  readonly capabilities: readonly MirrorCapability[];
}
