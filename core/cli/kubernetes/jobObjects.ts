import type { KubernetesObject, ManifestRequest } from './ManifestRequest.ts';
import { labelsOf, metadataOf, podSecurity, unpackContainer, unpackVolumes } from './podParts.ts';
import { quantity } from './quantity.ts';

/** Characters of a name that is a label too. */
const longest = 63;

/** A claim for a disk, and a job that unpacks the kit on it once; each digest has a job and a disk of its own. */
export function jobObjects(request: ManifestRequest): readonly KubernetesObject[] {
  const short = request.digest.slice('sha256:'.length, 'sha256:'.length + 8);
  const name = `${request.name.slice(0, longest - short.length - 1).replace(/(?<!-)-+$/, '')}-${short}`;
  const metadata = metadataOf({ ...request, name });
  const storage = quantity(request.space ?? 4 * request.size);
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata,
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: {
        backoffLimit: 6,
        template: {
          metadata: { labels: labelsOf(name), annotations: metadata.annotations },
          spec: {
            automountServiceAccountToken: false,
            restartPolicy: 'OnFailure',
            securityContext: podSecurity,
            containers: [unpackContainer(request, 'unpack')],
            volumes: [{ name: 'model', persistentVolumeClaim: { claimName: name } }, ...unpackVolumes(request)],
          },
        },
      },
    },
  ];
}
