import {
  type Descriptor,
  diffKits,
  formatReference,
  type KitDiff,
  type LoadedKit,
  loadKit,
  loadKitAt,
  resolveExactKit,
} from '@kitwright/core/internal';
import {
  diffFiles,
  diffLayers,
  diffTensors,
  type FileChange,
  type LayerDescription,
} from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { tellUnread } from '../loading/tellUnread.ts';
import { isAtTarget, loadNamed } from '../loadNamed.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { annotationRows, annotationsText } from '../output/annotationsText.ts';
import { formatSize } from '../output/formatSize.ts';
import { layerWord } from '../output/layerWord.ts';
import { tensorsJson, tensorsText } from '../output/tensorsText.ts';
import { requireTag } from '../references.ts';
import { kitSources } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('diff')
      .argument('<first>', '[local://|remote://][registry/]repository:tag|@digest, or a target: see "copy --help"')
      .argument('<second>', 'likewise')
      .description('Compare two ModelKits')
      .option('--files', 'also list the files that differ: + added, - removed, ~ changed, m mode')
      .option('--tensors', 'also compare weights tensor by tensor, and metrics and annotations side by side'),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright diff repository:v1 repository:v2\n  kitwright diff local://repository:v1 remote://registry/repository:v1\n  kitwright diff run:run-1 run:run-2 --tensors',
    )
    .action(runCommand(diff));
}

async function diff(
  session: Session,
  first: string,
  second: string,
  flags: { readonly files?: boolean; readonly tensors?: boolean },
): Promise<undefined> {
  const sides = [await load(session, first), await load(session, second)] as const;
  const found = diffKits(sides[0].kit, sides[1].kit);
  const [a, b] = sides;
  const files = flags.files ? await diffFiles(session.kitwright(), a.kit, b.kit, session.signal) : undefined;
  const tensors = flags.tensors ? await diffTensors(session.kitwright(), a.kit, b.kit, session.signal) : undefined;
  const layers = await diffLayers(session.kitwright(), a.kit, b.kit, session.signal);
  if (!found.identical) tellUnread(session, [a.kit, b.kit]);
  const annotations = flags.tensors ? annotationRows(a.kit, b.kit) : [];
  session.output.answer({
    json: {
      ...asJson(found, sides),
      ...(files ? { files } : {}),
      ...(layers.length ? { layers } : {}),
      ...(tensors ? { tensors: tensorsJson(tensors), annotations } : {}),
    },
    text: [
      ...text(found, sides),
      ...layers.flatMap(layerText),
      ...(files && !found.identical ? filesText(files) : []),
      ...(tensors && !found.identical ? [...tensorsText(tensors), ...annotationsText(annotations)] : []),
    ],
  });
}

interface Side {
  readonly name: string;
  readonly kit: LoadedKit;
}

const prefixes = { local: 'local://', remote: 'remote://' } as const;

/** `local://` and `remote://` choose where to search; without one, the local stores come first. */
async function load(session: Session, given: string): Promise<Side> {
  const place = (['local', 'remote'] as const).find((name) => given.startsWith(prefixes[name]));
  if (place === undefined && (await isAtTarget(session, given))) return loadNamed(session, given, 'anywhere');
  const reference = requireTag(place ? given.slice(prefixes[place].length) : given);
  const sources = kitSources(session, place ?? 'anywhere');
  const name = formatReference(reference);
  if (place === undefined) return { name, kit: await loadKit(reference, sources) };
  // With a scheme the name is taken exactly, as in `kit`: `local://localhost/x` is not `x`.
  const { descriptor, target } = await resolveExactKit(reference, sources);
  return { name, kit: await loadKitAt(descriptor, target) };
}

function asJson(diff: KitDiff, sides: readonly [Side, Side]) {
  return {
    identical: diff.identical,
    sameConfig: diff.sameConfig,
    sameAnnotations: diff.sameAnnotations,
    kits: sides.map(({ name, kit }) => ({ name, digest: kit.descriptor.digest })),
    shared: diff.shared,
    only: diff.only,
  };
}

const rule = '-'.repeat(39);

/** Other tools parse this text: titles, rules and rows are those of `kit`. */
function text(diff: KitDiff, [a, b]: readonly [Side, Side]): readonly string[] {
  return diff.identical
    ? ['ModelKits are identical']
    : [
        'Comparing:',
        `  ModelKit1: ${a.name}`,
        `  ModelKit2: ${b.name}`,
        '',
        'Configurations:',
        rule,
        ...(diff.sameConfig
          ? [`  Configs are identical (Digest: ${shortDigest(a.kit.manifest.config.digest)})`]
          : [
              'Configs differ:',
              `  ModelKit1 Config Digest: ${shortDigest(a.kit.manifest.config.digest)}`,
              `  ModelKit2 Config Digest: ${shortDigest(b.kit.manifest.config.digest)}`,
            ]),
        '',
        'Annotations:',
        rule,
        diff.sameAnnotations ? '  Annotations are identical ' : '  Annotations does not match',
        '',
        'Shared Layers',
        rule,
        ...table(diff.shared),
        '',
        ...[a, b].flatMap((side, i) => [
          `Unique Layers to ModelKit${i + 1} (${side.name})`,
          rule,
          ...table(diff.only[i as 0 | 1]),
          '',
        ]),
      ];
}

function shortDigest(digest: string): string {
  return digest.slice(0, 17);
}

function table(layers: readonly Descriptor[]): readonly string[] {
  return layers.length
    ? [
        row('Type', 'Digest', 'Size'),
        ...byType(layers).map((layer) => row(typeOf(layer), shortDigest(layer.digest), formatSize(layer.size))),
      ]
    : ['<none>'];
}

function row(type: string, digest: string, size: string): string {
  return `${type.padEnd(7)} | ${digest.padEnd(18)} | ${size}`;
}

/** `kit` sorts by type; equal types stay in the order of the manifest. */
function byType(layers: readonly Descriptor[]): readonly Descriptor[] {
  return layers.toSorted((a, b) => (typeOf(a) < typeOf(b) ? -1 : typeOf(a) > typeOf(b) ? 1 : 0));
}

/** The word of the media type: `Model`, `Dataset`, `Weight.config`. */
function typeOf({ mediaType }: Descriptor): string {
  const word = layerWord(mediaType);
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const marks: Readonly<Record<FileChange['change'], string>> = { added: '+', removed: '-', changed: '~', mode: 'm' };

/** What the plugin of a layer type says. */
function layerText({ layer, lines }: LayerDescription): readonly string[] {
  return [layer, rule, ...(lines.length ? lines.map((line) => `  ${line}`) : ['<none>']), ''];
}

function filesText(files: readonly FileChange[]): readonly string[] {
  return [
    'Files',
    rule,
    ...(files.length ? files.map(({ change, path }) => `${marks[change]} ${path}`) : ['<none>']),
    '',
  ];
}
