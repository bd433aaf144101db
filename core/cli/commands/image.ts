import { join } from 'node:path';
import { KitwrightError, remoteDatasets } from '@kitwright/core/internal';
import {
  type ImageType,
  type KitImages,
  kitImages,
  type LayerCompression,
  parseFilters,
  platformText,
  pushKitImages,
  rootOf,
} from '@kitwright/core/internal/builds';
import { type Command, Option } from 'commander';
import { findImageKit, type ImageKit } from '../images/findImageKit.ts';
import { imageSettings } from '../images/imageSettings.ts';
import { openBase } from '../images/openBase.ts';
import { openImageTarget } from '../images/openImageTarget.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { parsePairs } from '../options/parsePairs.ts';
import { repeatable } from '../options/repeatable.ts';
import { sourceDate } from '../options/sourceDate.ts';
import { formatSize } from '../output/formatSize.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('image')
      .argument('<reference>', '[registry/]repository[:tag|@digest], or a target: see "copy --help"')
      .description('Make a container image of a ModelKit, for Kubernetes and KServe, and push it')
      .addOption(
        new Option('--type <type>', 'what is made: see below').choices(['view', 'modelcar', 'raw']).default('view'),
      )
      .option('-t, --tag <target>', 'where it goes: registry/repository:tag, oci:DIRECTORY:tag or archive:FILE:tag')
      .option(
        '-f, --filter <types:names>',
        'only these elements, e.g. "model" or "datasets:train"; repeatable',
        repeatable,
        [],
      )
      .option(
        '-l, --label <label>',
        'the ModelKit of an index that has this label (q=q4), or the largest within a limit ("vram<=8GB"); repeatable',
        repeatable,
        [],
      )
      .option('--base <image>', 'modelcar: the image below the model; without one there is nothing but the model')
      .option(
        '--platform <os/arch>',
        'linux/amd64 by default; of several (linux/amd64,linux/arm64) an index is made; repeatable',
        repeatable,
        [],
      )
      .addOption(new Option('--compression <name>', 'modelcar: of its layers').choices(['none', 'gzip']))
      .option(
        '--path <folder>',
        'modelcar: where the files go; view: a link to them; "models" by default, "/" for none',
      )
      .option('--image-label <key=value>', 'a label of the image; repeatable', repeatable, [])
      .option('-a, --annotation <key=value>', 'an annotation of its manifest; repeatable', repeatable, [])
      .option('--dry-run', 'make the image and say its digest; push nothing'),
  )
    .addHelpText('after', types)
    .action(runCommand(image));
}

const types = [
  '',
  'Types:',
  '  view      names the layers of the ModelKit as those of an image, a few KB: for image volumes of Kubernetes, and KServe oci+native://',
  '  modelcar  the files below /models, for KServe oci+fetch:// and oci://; oci:// runs a shell in it, so it needs a --base that has one',
  '  raw       each file is a layer of an artifact, which CRI-O mounts under its name',
  '',
  'The same ModelKit gives the same image. SOURCE_DATE_EPOCH sets its time, else that of the ModelKit.',
  '',
  'Examples:',
  '  kitwright image registry.example.com/team/model:v1 -t registry.example.com/team/model:v1-image',
  '  kitwright image model:v1 --type modelcar --base docker.io/library/busybox:1.37 -t registry.example.com/team/model:v1-car',
].join('\n');

interface ImageCommandFlags {
  readonly type: ImageType;
  readonly tag?: string;
  readonly filter: readonly string[];
  readonly label: readonly string[];
  readonly base?: string;
  readonly platform: readonly string[];
  readonly compression?: LayerCompression;
  readonly path?: string;
  readonly imageLabel: readonly string[];
  readonly annotation: readonly string[];
  readonly dryRun?: boolean;
}

async function image(session: Session, text: string, flags: ImageCommandFlags): Promise<undefined> {
  const settings = imageSettings(flags);
  const selection = parseFilters(flags.filter);
  const [labels, annotations] = [
    parsePairs(flags.imageLabel, 'A label'),
    parsePairs(flags.annotation, 'An annotation'),
  ];
  if (flags.tag === undefined && !flags.dryRun)
    throw new KitwrightError('usage', 'Where should the image go? Name it with --tag, or only look with --dry-run.');
  const target = flags.tag === undefined ? undefined : openImageTarget(session, flags.tag);
  const found = await findImageKit(session, text, flags.label);
  warnOfRemoteData(session, found);
  tellAncestors(session, found);
  const kitwright = session.kitwright();
  using made = await kitImages(kitwright, {
    ...settings,
    ...found,
    selection,
    labels,
    annotations,
    base: flags.base === undefined ? undefined : await openBase(session, flags.base),
    created: createdBy(session),
    scratch: join(session.stores().root, 'cache', 'image'),
    signal: session.signal,
  });
  warnOfLayers(session, made);
  const { concurrency } = session.options.network;
  const options = { kit: found.kit, concurrency, signal: session.signal };
  const pushed = target && !flags.dryRun ? await pushKitImages(kitwright, made, { ...options, ...target }) : undefined;
  session.output.answer(answerOf(text, flags, found, made, pushed));
}

function createdBy({ env }: Session): string | undefined {
  const seconds = sourceDate(env);
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function warnOfRemoteData({ warn }: Session, { kit }: ImageKit): void {
  const names = remoteDatasets(kit.kitfile).map(({ name, path }) => name ?? path);
  if (names.length) warn(`The image has no datasets that are not packed in the kit: ${names.join(', ')}.`);
}

/** Whoever wrote the kit chose them, also among the kits that only this user has: they go where the image goes. */
function tellAncestors({ output }: Session, { ancestors }: ImageKit): void {
  for (const { text, kit } of ancestors)
    output.note(`The image holds the model of ${text} (${kit.descriptor.digest}) too, to which the kit refers.`);
}

/** What Docker mounts on top of each other; others take more. */
const mostLayers = 125;

function warnOfLayers({ warn }: Session, { images }: KitImages): void {
  const layers = Math.max(...images.map(({ platform, blobs }) => (platform ? blobs.length - 1 : 0)));
  if (layers > mostLayers)
    warn(`The image has ${layers} layers, and some runtimes mount at most ${mostLayers}: --filter leaves some out.`);
}

function answerOf(
  text: string,
  { type, tag }: ImageCommandFlags,
  { kit }: ImageKit,
  { images, annotations }: KitImages,
  pushed: Awaited<ReturnType<typeof pushKitImages>> | undefined,
) {
  const { root } = rootOf(images, annotations);
  const list = images.map(({ root: { digest }, platform, blobs }) => ({
    digest,
    platform: platform && platformText(platform),
    layers: blobs.length - 1,
    size: blobs.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
  }));
  const { copied, existed, mounted, bytes } = pushed ?? {};
  return {
    json: {
      reference: text,
      kit: kit.descriptor.digest,
      type,
      digest: root.digest,
      mediaType: root.mediaType,
      images: list,
      ...(pushed ? { target: tag, copied, existed, mounted, bytes } : { dryRun: true }),
    },
    text: [
      `Made of ${kit.descriptor.digest} (${text})`,
      ...list.map(
        ({ digest, platform, layers, size }) =>
          `${pushed ? 'Image' : 'Would be image'} ${digest}: ${type}${platform === undefined ? '' : `, ${platform}`}, layers: ${layers}, ${formatSize(size)}`,
      ),
      ...(pushed
        ? [
            `Pushed ${root.digest} to ${tag}: sent ${formatSize(pushed.bytes)}, were there or taken over: ${pushed.existed + pushed.mounted}`,
          ]
        : []),
    ],
  };
}
