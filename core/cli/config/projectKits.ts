import { join, resolve } from 'node:path';
import { KitwrightError, parseReference, type Reference, readPlainFile, repositoryOf } from '@kitwright/core/internal';
import { modelReferenceOf } from '@kitwright/core/internal/builds';
import type { FoundConfig } from './FoundConfig.ts';
import type { KitConfig } from './schema.ts';

/** One kit of a monorepo. */
export interface ProjectKit {
  readonly name: string;
  readonly kit: KitConfig;
  /** Absolute. */
  readonly directory: string;
}

/**
 * The kits of a config file in the order in which they must be packed; only the named ones, if names are given. Throws
 * `usage`.
 */
export function projectKits(found: FoundConfig | undefined, names: readonly string[]): readonly ProjectKit[] {
  const kits = listKits(found);
  if (!found || !kits.length)
    throw new KitwrightError('usage', 'There are no kits in a config file here.', {
      hint: 'Name them under "kits" in kitwright.config.json; see "kitwright schema config".',
    });
  const unknown = names.find((name) => !kits.some(({ name: known }) => known === name));
  if (unknown !== undefined)
    throw new KitwrightError(
      'usage',
      `There is no kit ${JSON.stringify(unknown)} in ${found.path}; there are: ${kits.map(({ name }) => name).join(', ')}.`,
    );
  return ordered(kits, createParents()).filter(({ name }) => !names.length || names.includes(name));
}

/** The kit with this name, after those that it refers to; empty if there is no such kit. */
export function kitAndParents(
  found: FoundConfig | undefined,
  { repository, registry, reference }: Reference,
): readonly ProjectKit[] {
  const kits = listKits(found);
  const isNamed = ({ kit }: ProjectKit): boolean => {
    if (!kit.tag) return false;
    const name = parseReference(kit.tag);
    const tags = [name.reference ?? 'latest', ...name.extraTags];
    return name.registry === registry && name.repository === repository && tags.includes(reference ?? 'latest');
  };
  const kit = kits.find(isNamed);
  if (!kit) return [];
  const parentOf = createParents();
  const needed = chainOf(kit, kits, parentOf);
  return ordered(kits, parentOf).filter((each) => needed.includes(each));
}

function chainOf(
  kit: ProjectKit,
  kits: readonly ProjectKit[],
  parentOf: Parents,
  chain: readonly ProjectKit[] = [],
): typeof kits {
  const repository = parentOf(kit);
  const parent = kits.find(({ kit: { tag } }) => tag !== undefined && repositoryNamed(tag) === repository);
  const known = [...chain, kit];
  return parent && !known.includes(parent) ? chainOf(parent, kits, parentOf, known) : known;
}

/** The kits of a config file in the order of the file. */
export function listKits(found: FoundConfig | undefined): readonly ProjectKit[] {
  return Object.entries(found?.config.kits ?? {}).map(([name, kit]) => ({
    name,
    kit,
    directory: resolve(found?.path ?? '', '..', kit.directory),
  }));
}

/** Parents before their children. Throws `references-cycle`. */
function ordered(kits: readonly ProjectKit[], parentOf: Parents): readonly ProjectKit[] {
  const byRepository = new Map(kits.map((kit) => [repositoryNamed(kit.kit.tag), kit]));
  const done: ProjectKit[] = [];
  const visit = (kit: ProjectKit, chain: readonly ProjectKit[]): void => {
    if (done.includes(kit)) return;
    if (chain.includes(kit))
      throw new KitwrightError(
        'references-cycle',
        `The kits refer to each other: ${[...chain, kit].map(({ name }) => name).join(' -> ')}.`,
      );
    const parent = byRepository.get(parentOf(kit));
    if (parent && parent !== kit) visit(parent, [...chain, kit]);
    done.push(kit);
  };
  for (const kit of kits) visit(kit, []);
  return done;
}

function repositoryNamed(text: string | undefined): string | undefined {
  return text && repositoryOf(parseReference(text));
}

/** In bytes: of one Kitfile, and of all of them. */
const [maxKitfile, maxKitfiles] = [16 * 1024 * 1024, 64 * 1024 * 1024];

/**
 * Tells the repository to which a kit's model refers. A Kitfile that cannot be read is ignored here; the pack reports it.
 */
type Parents = (kit: ProjectKit) => string | undefined;

/** Each Kitfile is read once, whatever kits there are with it. Throws `config-invalid`. */
function createParents(): Parents {
  const known = new Map<string, string | undefined>();
  let left = maxKitfiles;
  return ({ kit, directory }) => {
    const path = join(directory, kit.file ?? 'Kitfile');
    if (known.has(path)) return known.get(path);
    const bytes = bytesOf(path);
    left -= bytes?.byteLength ?? 0;
    if (left < 0)
      throw new KitwrightError('config-invalid', `The Kitfiles of all kits have more than ${maxKitfiles} bytes.`);
    const parent = bytes && parentIn(bytes, directory);
    known.set(path, parent);
    return parent;
  };
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readPlainFile(path, maxKitfile);
  } catch {
    return undefined;
  }
}

function parentIn(bytes: Buffer, directory: string): string | undefined {
  try {
    return repositoryNamed(modelReferenceOf(bytes, directory));
  } catch {
    return undefined;
  }
}
