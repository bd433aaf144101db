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
    storageContainer(request),
    ...(nodeGroups.length
      ? [
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

/** Downloads what begins with `kit://`, for init containers of KServe; one for a cluster. */
export function storageContainer({
  image,
  pullSecret,
}: Pick<ManifestRequest, 'image' | 'pullSecret'>): KubernetesObject {
  const credential = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: pullSecret, key } },
  });
  return {
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'ClusterStorageContainer',
    metadata: { name: 'kitwright', labels: labelsOf('kitwright') },
    spec: {
      container: {
        name: 'storage-initializer',
        image,
        command: ['kitwright', 'storage-initializer'],
        env: [
          ...(pullSecret === undefined
            ? []
            : [credential('KIT_USER', 'username'), credential('KIT_PASSWORD', 'password')]),
        ],
        resources: { requests: { memory: '256Mi', cpu: '100m' }, limits: { memory: '2Gi' } },
        securityContext: { ...containerSecurity, readOnlyRootFilesystem: false },
      },
      supportedUriFormats: [{ prefix: 'kit://' }],
      supportsMultiModelDownload: true,
      workloadType: 'initContainer',
    },
  };
}
