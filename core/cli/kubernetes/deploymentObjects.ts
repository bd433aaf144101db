import type { KubernetesObject, ManifestRequest } from './ManifestRequest.ts';
import { labelsOf, metadataOf, podSecurity, serverContainer, unpackContainer, unpackVolumes } from './podParts.ts';
import { quantity } from './quantity.ts';

/** A server whose pods get the model from a container that runs first. */
export function initObjects(request: ManifestRequest): readonly KubernetesObject[] {
  const { space } = request;
  const emptyDir = space === undefined ? {} : { sizeLimit: quantity(space) };
  return [
    deployment(request, {
      initContainers: [unpackContainer(request, 'model')],
      containers: [serverContainer(request)],
      volumes: [{ name: 'model', emptyDir }, ...unpackVolumes(request)],
    }),
  ];
}

/** A server whose pods have the model as a volume that the node made of an image. */
export function imageVolumeObjects(request: ManifestRequest): readonly KubernetesObject[] {
  const { image, pullSecret } = request;
  return [
    deployment(request, {
      ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
      containers: [serverContainer(request)],
      volumes: [{ name: 'model', image: { reference: image, pullPolicy: 'IfNotPresent' } }],
    }),
  ];
}

function deployment(request: ManifestRequest, pod: object): KubernetesObject {
  const labels = labelsOf(request.name);
  const { annotations } = metadataOf(request);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(request),
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: { automountServiceAccountToken: false, securityContext: podSecurity, ...pod },
      },
    },
  };
}
