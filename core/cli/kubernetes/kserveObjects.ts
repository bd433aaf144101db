import { KitwrightError } from '@kitwright/core/internal';
import type { KubernetesObject, ManifestRequest } from './ManifestRequest.ts';
import { containerSecurity, labelsOf, metadataOf } from './podParts.ts';
import { quantity } from './quantity.ts';

/** What a cluster needs once, and the service of one model; with groups of nodes these keep the model beforehand. */
export function kserveObjects(request: ManifestRequest): readonly KubernetesObject[] {
  const { repository, digest, modelFormat, nodeGroups, size } = request;
  const uri = `kit://${repository}@${digest}`;
  if (modelFormat === undefined)
    throw new KitwrightError('usage', 'The Kitfile does not say of which format the model is for KServe.', {
      hint: 'Name it with --model-format: huggingface, sklearn, onnx, ...',
    });
  return [
    storageContainer(request, 'initContainer'),
    ...(nodeGroups.length
      ? [
          storageContainer(request, 'localModelDownloadJob'),
          {
            apiVersion: 'serving.kserve.io/v1alpha1',
            kind: 'LocalModelCache',
            metadata: metadataOf(request, false),
            spec: { sourceModelUri: uri, modelSize: quantity(size), nodeGroups },
          },
        ]
      : []),
    {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: metadataOf(request),
      spec: { predictor: { model: { modelFormat: { name: modelFormat }, storageUri: uri } } },
    },
  ];
}

/** Downloads what begins with `kit://`, for pods or for the caches of nodes; a cluster needs one for each. */
function storageContainer(
  { image, pullSecret, keySecret, repository }: ManifestRequest,
  workloadType: 'initContainer' | 'localModelDownloadJob',
): KubernetesObject {
  const name = workloadType === 'initContainer' ? 'kitwright' : 'kitwright-cache';
  const credential = (variable: string, key: string) => ({
    name: variable,
    // Services of other namespaces may not have it.
    valueFrom: { secretKeyRef: { name: pullSecret, key, optional: true } },
  });
  return {
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'ClusterStorageContainer',
    metadata: { name, labels: labelsOf(name) },
    spec: {
      container: {
        name: 'storage-initializer',
        image,
        command: ['kitwright', 'storage-initializer'],
        env: [
          ...(pullSecret === undefined
            ? []
            : [
                { name: 'KIT_REGISTRY', value: repository.slice(0, repository.indexOf('/')) },
                credential('KIT_USER', 'username'),
                credential('KIT_PASSWORD', 'password'),
              ]),
          ...(keySecret === undefined
            ? []
            : [
                { name: 'COSIGN_KEY', valueFrom: { secretKeyRef: { name: keySecret, key: 'cosign.pub' } } },
                { name: 'REQUIRE_SIGNATURE', value: '1' },
              ]),
        ],
        resources: { requests: { memory: '256Mi', cpu: '100m' }, limits: { memory: '2Gi' } },
        securityContext: { ...containerSecurity, readOnlyRootFilesystem: false },
      },
      supportedUriFormats: [{ prefix: 'kit://' }],
      ...(workloadType === 'initContainer' ? { supportsMultiModelDownload: true } : {}),
      workloadType,
    },
  };
}
