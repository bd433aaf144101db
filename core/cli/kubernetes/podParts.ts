import type { ManifestRequest } from './ManifestRequest.ts';

/** The user of all containers that we describe: not root, and nobody's number on a node. */
const user = 65532;

/** What pods must say to run where the Pod Security Standard "restricted" holds. */
export const podSecurity = {
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: { type: 'RuntimeDefault' },
};

export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

export const modelPath = '/models';

/** Where the container keeps what it need not keep: its root is read-only. */
const scratch = { name: 'scratch', mountPath: '/var/tmp' };

/** The container that unpacks and verifies a kit into the volume `model`. */
export function unpackContainer(request: ManifestRequest, name: string) {
  const { image, repository, digest, pullSecret, keySecret } = request;
  return {
    name,
    image,
    env: [
      { name: 'MODELKIT_REF', value: `${repository}@${digest}` },
      { name: 'UNPACK_PATH', value: modelPath },
      { name: 'UNPACK_FILTER', value: 'model' },
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      ...(pullSecret === undefined ? [] : [{ name: 'DOCKER_CONFIG', value: '/var/run/kitwright/docker' }]),
      ...(keySecret === undefined ? [] : [{ name: 'COSIGN_KEY', value: '/var/run/kitwright/key/cosign.pub' }]),
      ...(keySecret === undefined ? [] : [{ name: 'REQUIRE_SIGNATURE', value: '1' }]),
    ],
    securityContext: containerSecurity,
    volumeMounts: [
      { name: 'model', mountPath: modelPath },
      scratch,
      ...(pullSecret === undefined ? [] : [{ name: 'docker', mountPath: '/var/run/kitwright/docker', readOnly: true }]),
      ...(keySecret === undefined ? [] : [{ name: 'key', mountPath: '/var/run/kitwright/key', readOnly: true }]),
    ],
  };
}

/** The volumes of `unpackContainer`, but for the model's. */
export function unpackVolumes({ pullSecret, keySecret }: ManifestRequest) {
  return [
    { name: 'scratch', emptyDir: {} },
    ...(pullSecret === undefined
      ? []
      : [
          {
            name: 'docker',
            secret: { secretName: pullSecret, items: [{ key: '.dockerconfigjson', path: 'config.json' }] },
          },
        ]),
    ...(keySecret === undefined
      ? []
      : [{ name: 'key', secret: { secretName: keySecret, items: [{ key: 'cosign.pub', path: 'cosign.pub' }] } }]),
  ];
}

/** The container that serves what lies in the volume `model`. */
export function serverContainer({ server }: ManifestRequest, mount: object = {}) {
  return {
    name: 'server',
    image: server,
    securityContext: containerSecurity,
    volumeMounts: [{ name: 'model', mountPath: modelPath, readOnly: true, ...mount }],
  };
}

/** Names, and the kit for people and other tools. */
export function metadataOf({ name, namespace, reference, digest }: ManifestRequest, isInNamespace = true) {
  return {
    name,
    ...(isInNamespace && namespace !== undefined ? { namespace } : {}),
    labels: labelsOf(name),
    annotations: { 'dev.kitwright.reference': reference, 'dev.kitwright.digest': digest },
  };
}

export function labelsOf(name: string) {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'kitwright' };
}
