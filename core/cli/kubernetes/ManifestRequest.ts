/** A kit at a registry, and how a cluster shall get it. */
export interface ManifestRequest {
  /** `registry/repository`. */
  readonly repository: string;
  /** As the user named the kit; for people. */
  readonly reference: string;
  readonly digest: string;
  /** Name of the objects: RFC 1123 label that begins with a letter. */
  readonly name: string;
  readonly namespace: string | undefined;
  /** The image that brings the kit into the cluster, or for an image volume that of the model. */
  readonly image: string;
  /** The image that serves the model. */
  readonly server: string;
  /** Name of a secret with credentials for the registry. */
  readonly pullSecret: string | undefined;
  /** Name of a secret with a public key, `cosign.pub`. */
  readonly keySecret: string | undefined;
  /** Bytes that an unpack takes at most; undefined if that is not known. */
  readonly space: number | undefined;
  /** Bytes of the kit. */
  readonly size: number;
  /** What a server of models calls its format. */
  readonly modelFormat: string | undefined;
  /** Groups of nodes that keep the model. */
  readonly nodeGroups: readonly string[];
}

/** An object of Kubernetes. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}
