import { compressors } from '@kitwright/compression';
import type { Plugin } from '@kitwright/core/internal';
import type { CaptureMode, PackOptions } from '@kitwright/core/internal/builds';
import { type Command, Option } from 'commander';
import { readStdin } from '../readStdin.ts';
import { kitSources } from '../remote.ts';
import type { Session } from '../Session.ts';
import { sourceDate } from './sourceDate.ts';

/** Adds the flags that pack and watch share. */
export function packOptions(command: Command): Command {
  return command
    .option(
      '-f, --file <file>',
      'the Kitfile; looked up in the current directory, then in DIRECTORY ("-" = standard input)',
    )
    .option(
      '-t, --tag <reference>',
      'name of the kit: [registry/]repository:tag1,tag2; or word:location, to which it is pushed',
    )
    .option('--compression <name>', compressionHelp(), 'none')
    .option('--layer-format <name>', "'tar' or 'raw'", 'tar')
    .addOption(
      new Option(
        '--layers <how>',
        "as the 'kitfile' says, or 'per-checkpoint': each checkpoint of the model is a layer",
      )
        .choices(['kitfile', 'per-checkpoint'])
        .default('kitfile'),
    )
    .option('--strict', 'refuse secrets, and files that belong in no kit: version control, environments, caches')
    .option('--use-model-pack', 'write a ModelPack instead of a ModelKit')
    .addOption(
      new Option(
        '--capture <how>',
        'how files enter the store: as a reflink, as a copy, by reference (no copy), or auto',
      )
        .choices(['auto', 'reflink', 'copy', 'reference'])
        .default('auto'),
    );
}

function compressionHelp(): string {
  return `'none', '${compressors.map(({ id }) => id).join("', '")}', or a compressor of a plugin`;
}

/** The flags of `packOptions`. */
export interface PackFlags {
  readonly file?: string;
  readonly tag?: string;
  readonly compression: string;
  readonly layerFormat: string;
  readonly layers?: 'kitfile' | 'per-checkpoint';
  readonly strict?: boolean;
  readonly useModelPack?: boolean;
  readonly capture: CaptureMode;
}

/** The options of the engine, from these flags, the stores and the environment. Throws `usage`. */
export function packSettings(
  session: Session,
  { file, strict, layerFormat, layers, compression, capture }: Omit<PackFlags, 'tag' | 'useModelPack'>,
) {
  const { local } = session.stores();
  return {
    kitfile: file === '-' ? { bytes: readStdin() } : file ? { file } : {},
    store: local,
    references: kitSources(session, 'anywhere').filter((source) => source !== local),
    layerFormat,
    compression: compression === 'none' ? undefined : compression,
    perCheckpoint: layers === 'per-checkpoint',
    capture,
    createdAt: sourceDate(session.env),
    refuse: strict ? 'everything' : undefined,
  } satisfies Partial<PackOptions>;
}

// One shared object, so that kits of the same form share an engine.
let asModelPack: Promise<readonly Plugin[]> | undefined;

/** The plugins for the form of kit that the flags choose. */
export async function formPlugins({ useModelPack }: Pick<PackFlags, 'useModelPack'>): Promise<readonly Plugin[]> {
  if (!useModelPack) return [];
  asModelPack ??= import('@kitwright/modelpack').then(({ modelPack }) => [modelPack()]);
  return asModelPack;
}
