import {
  displayReference,
  isLocalOnly,
  KitwrightError,
  type LoadedKit,
  loadKit,
  type Reference,
  repositoryOf,
  version,
  withDefaultTag,
} from '@kitwright/core/internal';
import { type Command, Option } from 'commander';
import { imageVolumeObjects, initObjects } from '../kubernetes/deploymentObjects.ts';
import { jobObjects } from '../kubernetes/jobObjects.ts';
import { kserveObjects } from '../kubernetes/kserveObjects.ts';
import {
  kubernetesName,
  requireImage,
  requireLabel,
  requireName,
  requireSubdomain,
} from '../kubernetes/kubernetesName.ts';
import type { KubernetesObject, ManifestRequest } from '../kubernetes/ManifestRequest.ts';
import { manifestText } from '../kubernetes/manifestText.ts';
import { servingFormat } from '../kubernetes/servingFormat.ts';
import { imageTag, type VolumeImage, volumeImage } from '../kubernetes/volumeImage.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { repeatable } from '../options/repeatable.ts';
import { requireOne } from '../references.ts';
import { acceptedSources } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('kubernetes')
      .argument('<reference>', 'registry/repository[:tag|@digest]')
      .description('Print the objects with which a Kubernetes cluster uses a ModelKit, by its digest')
      .addOption(new Option('--for <way>', 'how a pod gets the model').choices(Object.keys(ways)).makeOptionMandatory())
      .option('--namespace <name>', 'of the objects')
      .option('--name <name>', 'of the objects; made of the repository by default')
      .option('--image <image>', `the image of Kitwright, or with image-volume that of the model ("kitwright image")`)
      .option('--server <image>', 'the image that serves the model', pause)
      .option('--pull-secret <name>', 'a secret with credentials for the registry')
      .option('--key-secret <name>', 'a secret with the public key that must have signed the kit, as cosign.pub')
      .option('--model-format <name>', "kserve: the model's format, where the Kitfile does not tell")
      .option('--node-group <name>', 'kserve: nodes that keep the model; repeatable', repeatable, []),
  )
    .addHelpText(
      'after',
      '\nWays:\n  init          a container that unpacks and verifies the kit before the server starts\n' +
        '  kserve        an InferenceService, and the ClusterStorageContainer for kit://\n' +
        '  image-volume  a volume that the node makes of an image (Kubernetes 1.36)\n' +
        '  job           a disk, and a job that unpacks the kit on it\n' +
        '\nExamples:\n  kitwright kubernetes registry.example.com/team/model:v1 --for init --image registry.example.com/kitwright-init:1 | kubectl apply -f -',
    )
    .action(runCommand(kubernetes));
}

const ways: Readonly<Record<string, (request: ManifestRequest) => readonly KubernetesObject[]>> = {
  init: initObjects,
  kserve: kserveObjects,
  'image-volume': imageVolumeObjects,
  job: jobObjects,
};

/** Serves nothing: it stands for the server of the user. */
const pause = 'registry.k8s.io/pause:3.10';

interface KubernetesFlags {
  readonly for: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly image?: string | undefined;
  readonly server: string;
  readonly pullSecret?: string;
  readonly keySecret?: string;
  readonly modelFormat?: string;
  readonly nodeGroup: readonly string[];
}

/** Flags that would change nothing for some ways; one of them would let a user believe that a signature is verified. */
const only = [
  ['keySecret', '--key-secret', ['init', 'kserve', 'job']],
  ['modelFormat', '--model-format', ['kserve']],
  ['nodeGroup', '--node-group', ['kserve']],
] as const;

function checkFlags(flags: KubernetesFlags): void {
  for (const [name, flag, fitting] of only)
    if (flags[name]?.length && !fitting.some((way) => way === flags.for))
      throw new KitwrightError('usage', `${flag} is for --for ${fitting.join(' and ')}, not for ${flags.for}.`);
}

async function kubernetes(session: Session, text: string, flags: KubernetesFlags): Promise<undefined> {
  checkFlags(flags);
  const reference = withDefaultTag(requireOne(text));
  if (isLocalOnly(reference))
    throw new KitwrightError(
      'usage',
      `A cluster gets kits from a registry, and ${displayReference(reference)} names none.`,
      {
        hint: `Push it first: kitwright push ${displayReference(reference)} REGISTRY/REPOSITORY:TAG`,
      },
    );
  const kit = await loadKit(reference, acceptedSources(session, 'remote'));
  const image = flags.for === 'image-volume' ? await volumeImage(session, reference, flags.image) : undefined;
  if (image?.image.endsWith(`@${kit.descriptor.digest}`))
    session.warn(
      '--image names the ModelKit itself: containerd mounts none of its layers, CRI-O those of one file each. "kitwright image" makes an image.',
    );
  const request = requestOf(reference, kit, { ...flags, image: image?.image ?? flags.image });
  const objects = ways[flags.for]?.(request) ?? [];
  session.output.answer({
    json: { reference: request.reference, digest: request.digest, for: flags.for, objects },
    document: manifestText(objects, [...notesOf(request, flags), ...imageNotes(reference, image)]),
  });
}

function requestOf(reference: Reference, kit: LoadedKit, flags: KubernetesFlags): ManifestRequest {
  const repository = repositoryOf(reference);
  const { namespace, name, image, server, pullSecret, keySecret, modelFormat, nodeGroup } = flags;
  const sizes = kit.manifest.layers.map(({ size }) => size);
  const size = sizes.reduce((sum, each) => sum + each, 0);
  const isPlain = kit.manifest.layers.every(({ mediaType }) => /\.(?:tar|raw)$/.test(mediaType));
  const { digest } = kit.descriptor;
  return {
    repository,
    reference: displayReference(reference),
    digest,
    name: name === undefined ? kubernetesName(repository) : requireName(name),
    namespace: namespace === undefined ? undefined : requireLabel(namespace, 'The namespace'),
    image: requireImage(image ?? initImage, '--image'),
    server: requireImage(server, '--server'),
    pullSecret: pullSecret === undefined ? undefined : requireSubdomain(pullSecret, 'The secret'),
    keySecret: keySecret === undefined ? undefined : requireSubdomain(keySecret, 'The secret'),
    // Files, and beside them the layer that is being unpacked; a tenth for the file system.
    space: isPlain ? Math.ceil(1.1 * (size + Math.max(0, ...sizes))) : undefined,
    size,
    modelFormat: modelFormat === undefined ? servingFormat(kit.kitfile) : requireLabel(modelFormat, 'The format'),
    nodeGroups: nodeGroup.map((group) => requireSubdomain(group, 'The group')),
  };
}

/** What the image for init containers is called where it is built. */
const initImage = `kitwright-init:${version}`;

function notesOf({ reference, digest, image, server }: ManifestRequest, flags: KubernetesFlags): readonly string[] {
  return [
    `${reference} is ${digest}`,
    ...(flags.image === undefined && flags.for !== 'image-volume'
      ? [`${image}: build it and name it with --image, see the guide`]
      : []),
    ...(server === pause && (flags.for === 'init' || flags.for === 'image-volume')
      ? [`${server} serves nothing: name your server with --server; it finds the model at /models`]
      : []),
  ];
}

/** An image that nobody has pushed yet can be on no node. */
function imageNotes(reference: Reference, image: VolumeImage | undefined): readonly string[] {
  if (!image || image.isThere) return [];
  const push = `kitwright image ${displayReference(reference)} -t ${imageTag(reference)}`;
  return [`${image.image}: its registry must have it, "${push}" pushes it`];
}
