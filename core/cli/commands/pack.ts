import { readFileSync } from 'node:fs';
import {
  type CaptureMode,
  KitwrightError,
  type Layer,
  packKit,
  parseReference,
  type Reference,
  type StoredKit,
} from '@kitwright/core';
import { modelPack } from '@kitwright/modelpack';
import { type Command, Option } from 'commander';
import { defaultToLatest } from '../references.ts';
import { kitSources } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

interface PackFlags {
  readonly file?: string;
  readonly tag?: string;
  readonly compression: string;
  readonly layerFormat: string;
  readonly useModelPack?: boolean;
  readonly capture: CaptureMode;
  readonly blobs?: boolean;
}

/** The name that `-t` gives; an empty one counts as none. */
export const nameOf = (tag: string | undefined, session: Session): Reference | undefined =>
  tag
    ? defaultToLatest(parseReference(tag), (shown) => {
        session.output.result(`No tag or digest specified with --tag flag. Using 'latest' as default ('${shown}')`);
      })
    : undefined;

/** SOURCE_DATE_EPOCH: seconds since 1970, for reproducible builds that want a date. */
export const sourceDate = (env: Session['env']): number | undefined => {
  const text = env['SOURCE_DATE_EPOCH'];
  if (!text) return undefined;
  if (!/^\d{1,11}$/.test(text))
    throw new KitwrightError('usage', `SOURCE_DATE_EPOCH must be seconds since 1970, not ${JSON.stringify(text)}.`);
  return Number(text);
};

const savedLine = ({ entry, descriptor, cost }: Layer): string =>
  `${cost.existed ? 'Already saved' : 'Saved'} ${entry.role === 'prompt' ? 'code' : entry.role} layer: ${descriptor.digest}`;

const lines = (kit: StoredKit): readonly string[] => [
  ...kit.layers.map(savedLine),
  kit.configSaved
    ? `Saved configuration: ${kit.config.digest}`
    : `Configuration already exists in storage: ${kit.config.digest}`,
  kit.manifestSaved
    ? `Saved manifest to storage: ${kit.root.digest}`
    : `Manifest already exists in storage: ${kit.root.digest}`,
  `Model saved: ${kit.root.digest}`,
];

const asJson = (kit: StoredKit) => ({
  v: 1,
  digest: kit.root.digest,
  config: kit.config.digest,
  layers: kit.layers.map(({ entry, descriptor, cost }) => ({
    id: entry.id,
    path: entry.path,
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: descriptor.size,
    reused: cost.reused,
    hashedBytes: cost.hashedBytes,
  })),
});

const pack = async (session: Session, directory: string, flags: PackFlags): Promise<undefined> => {
  const { output } = session;
  const name = nameOf(flags.tag, session);
  const stores = session.stores();
  const kit = await packKit(session.kitwright(flags.useModelPack ? [modelPack()] : []), {
    directory,
    kitfile: flags.file === '-' ? { bytes: readFileSync(0) } : flags.file ? { file: flags.file } : {},
    store: stores.local,
    references: kitSources(session, undefined).filter((source) => source !== stores.local),
    name,
    layerFormat: flags.layerFormat,
    compression: flags.compression === 'none' || flags.compression === '' ? undefined : flags.compression,
    capture: flags.capture,
    blobs: flags.blobs === true,
    createdAt: sourceDate(session.env),
    signal: session.signal,
  });
  output.result(session.options.json ? JSON.stringify(asJson(kit)) : lines(kit).join('\n'));
};

/** Options that pack and watch share. */
export const packOptions = (command: Command): Command =>
  command
    .option('-f, --file <file>', 'the Kitfile; looked up in DIRECTORY first ("-" = standard input)')
    .option('-t, --tag <reference>', 'name of the kit: [registry/]repository:tag1,tag2')
    .option('--compression <name>', "'none', 'gzip', 'gzip-fastest' or 'zstd'", 'none')
    .option('--layer-format <name>', "'tar' or 'raw'", 'tar')
    .option('--use-model-pack', 'write a ModelPack instead of a ModelKit')
    .addOption(
      new Option('--capture <how>', 'how contents enter the store: reflink, copy, reference, or auto')
        .choices(['auto', 'reflink', 'copy', 'reference'])
        .default('auto'),
    );

export const define = (program: Command): void => {
  packOptions(
    program
      .command('pack')
      .argument('<directory>', 'the directory that holds the Kitfile')
      .description('Pack a directory into a ModelKit'),
  )
    .option('--blobs', 'also write each layer as a blob, so that other OCI tools can read the store')
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright pack .\n  kitwright pack . -t registry/repository:v1,latest\n  kitwright pack . -f prod.yaml --compression zstd',
    )
    .action(runCommand(pack));
};
