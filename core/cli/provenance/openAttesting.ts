import { resolve, sep } from 'node:path';
import {
  attachStatement,
  type FileDigest,
  type HeldKit,
  type JsonValue,
  type KitSigning,
  type Kitwright,
  type ModelKit,
  signKit,
} from '@kitwright/core/internal';
import type { PackFlags } from '../options/packOptions.ts';
import { sourceDate } from '../options/sourceDate.ts';
import { commandText } from '../runs/commandText.ts';
import type { Session } from '../Session.ts';
import type { AttestFlags } from './attestOptions.ts';
import type { BuildFacts, ImportedRepository } from './BuildFacts.ts';
import { provenanceOf } from './provenancePredicate.ts';
import { readSource } from './readSource.ts';
import { recordedEnvironment } from './recordedEnvironment.ts';

/** Says of kits how they were made. */
export interface Attesting {
  /** Attaches provenance to a kit that this command made, and returns the digests of what holds it. */
  readonly attest: (kitwright: Kitwright, kit: HeldKit, made: ModelKit) => Promise<readonly string[]>;
}

/** What made the kits. */
export interface Maker {
  /** The packed directory; undefined for what was imported. */
  readonly directory: string | undefined;
  readonly flags: Partial<AttestFlags & Pick<PackFlags, 'layerFormat' | 'compression' | 'layers' | 'useModelPack'>>;
  /** Signs the provenance; undefined to attach it as it is. */
  readonly signing: KitSigning | Promise<KitSigning | undefined> | undefined;
  readonly command?: readonly string[];
  readonly run?: string | undefined;
  readonly imports?: readonly ImportedRepository[];
}

/** What `--attest` asks for; undefined without it. It begins to read the source at once. Throws `usage`. */
export function openAttesting(session: Session, maker: Maker): Attesting | undefined {
  const { flags, signing } = maker;
  if (!flags.attest) return undefined;
  const directory = maker.directory === undefined ? undefined : resolve(maker.directory);
  const environment = recordedEnvironment(session.env, flags.attestEnv ?? []);
  const timesOf = timesFrom(session, flags);
  const source = directory === undefined ? Promise.resolve(undefined) : readSource(directory, session.env);
  source.catch(() => undefined);
  const { command = [], imports = [], run } = maker;
  const facts: Omit<BuildFacts, 'source' | 'times'> = {
    directory,
    imports,
    packing: packingOf(flags),
    command: command.length ? commandText(command.map((word) => relativeWord(word, directory))) : undefined,
    run,
    environment,
  };
  return {
    attest: async (kitwright, kit, made) => {
      const statement = provenanceOf(made, await filesIn(made), { ...facts, source: await source, times: timesOf() });
      const signer = await signing;
      if (!signer) return [(await attachStatement(kit, statement)).digest];
      const signed = await signKit(kitwright, kit, { ...signer, statement }, session.signal);
      return signed.map(({ manifest }) => manifest);
    },
  };
}

/** Undefined if they are too many. */
async function filesIn({ layers }: ModelKit): Promise<readonly FileDigest[] | undefined> {
  const digests = layers.flatMap(({ fileDigests }) => fileDigests ?? []);
  return digests.length === layers.length ? (await Promise.all(digests.map((each) => each()))).flat() : undefined;
}

/** SOURCE_DATE_EPOCH stands for both times; else they are those of the clock, if they were asked for. */
function timesFrom({ env }: Session, { attestTimes }: Maker['flags']): () => BuildFacts['times'] {
  const seconds = sourceDate(env);
  const text = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z');
  if (seconds !== undefined) {
    const fixed = text(new Date(seconds * 1000));
    return () => ({ startedOn: fixed, finishedOn: fixed });
  }
  if (!attestTimes) return () => ({});
  const startedOn = text(new Date());
  return () => ({ startedOn, finishedOn: text(new Date()) });
}

/** What is as it is by default is left out. */
function packingOf({
  layerFormat,
  compression,
  layers,
  useModelPack,
}: Maker['flags']): Readonly<Record<string, JsonValue>> {
  return {
    ...(layerFormat === undefined || layerFormat === 'tar' ? {} : { layerFormat }),
    ...(compression === undefined || compression === 'none' ? {} : { compression }),
    ...(layers === undefined || layers === 'kitfile' ? {} : { layers }),
    ...(useModelPack ? { useModelPack } : {}),
  };
}

/** Paths below the packed directory are relative to it. */
function relativeWord(word: string, directory: string | undefined): string {
  if (directory === undefined) return word;
  return word === directory ? '.' : word.replaceAll(`${directory}${sep}`, `.${sep}`);
}
