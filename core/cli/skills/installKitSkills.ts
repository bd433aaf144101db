import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError, type LoadedKit, loadKit, privateScratch, type Reference } from '@kitwright/core/internal';
import {
  type KitElement,
  kitElements,
  parseFilters,
  skillFrontMatter,
  unpackElement,
} from '@kitwright/core/internal/builds';
import { isVouched } from '../policy/isVouched.ts';
import { acceptedSources } from '../remote.ts';
import type { Session } from '../Session.ts';
import { type InstalledSkill, type InstallOptions, installSkill, skillIn } from './installSkill.ts';
import { promptFolder } from './promptFolder.ts';
import { skillFileIn } from './skillFileIn.ts';
import { skillName } from './skillName.ts';

/** What was found: skills, prompts that are none, and whether any prompt was selected. */
export interface KitSkills {
  readonly skills: readonly KitSkill[];
  readonly others: readonly string[];
}

export interface KitSkill {
  readonly name: string;
  readonly agents: readonly InstalledSkill[];
}

/** Asks before anything is installed. */
export interface Confirming {
  /** Gets what would be installed; rejects (`cancelled`) if the answer is no. */
  readonly confirm: (skills: readonly FoundSkill[]) => Promise<void>;
}

/** A prompt that is a skill, and how whoever wrote it calls that. */
export interface FoundSkill {
  readonly path: string;
  readonly name: string;
}

/** Installs the prompts of a kit that have a SKILL.md as skills of agents. Throws what unpacking throws. */
export async function installKitSkills(
  session: Session,
  reference: Reference,
  filters: readonly string[],
  options: InstallOptions & Confirming,
): Promise<KitSkills> {
  const { selects } = parseFilters(filters);
  const kit = await loadKit(reference, acceptedSources(session, 'anywhere'));
  const prompts = kitElements(kit.kitfile, kit.manifest).filter(
    ({ role, name, path }) => role === 'prompt' && selects(role, name, path),
  );
  using scratch = new DisposableStack();
  const [found, others]: [UnpackedSkill[], string[]] = [[], []];
  for (const element of prompts) {
    const skill = await unpackSkill(session, kit, element, reference.repository, scratch);
    if (skill) found.push(skill);
    else others.push(element.path);
  }
  await options.confirm(found);
  const skills = found.map(({ name, root }) => ({ name, agents: installSkill(skillIn(root), name, options) }));
  return { skills, others };
}

/** Bytes of one skill, as in `kit`: it is text for an agent, and copied once for each. */
const maxBytes = 10 * 1024 * 1024;

interface UnpackedSkill extends FoundSkill {
  readonly root: string;
}

async function unpackSkill(
  session: Session,
  kit: LoadedKit,
  element: KitElement,
  repository: string,
  folders: DisposableStack,
): Promise<UnpackedSkill | undefined> {
  using made = new DisposableStack();
  const scratch = made.use(privateScratch('skill', session.env));
  if (element.descriptor.size > maxBytes) throw tooLarge(element.path);
  const target = {
    directory: scratch.path,
    existing: 'refuse',
    isScratch: true,
    isVouched: await isVouched(session),
    signal: session.signal,
  } as const;
  await unpackElement(session.kitwright(), element, kit.layerSource, target);
  const root = promptFolder(scratch.path, element.path);
  const file = skillFileIn(root);
  if (file === undefined) return undefined;
  // What lies beside it stays on the disk as long.
  if (sizeOf(scratch.path) > maxBytes) throw tooLarge(element.path);
  const declared = skillFrontMatter(readFileSync(join(root, file))).name;
  const name = skillName({ declared, prompt: element.name, path: element.path, repository });
  folders.use(made.move());
  return { path: element.path, name, root };
}

function tooLarge(path: string): KitwrightError {
  return new KitwrightError('unpack-refused', `The prompt ${path} is larger than 10 MiB and cannot be a skill.`, {
    data: { path },
  });
}

function sizeOf(directory: string): number {
  return (readdirSync(directory, { recursive: true, encoding: 'utf8' }) as string[]).reduce((sum, name) => {
    const stats = statSync(join(directory, name));
    return sum + (stats.isFile() ? stats.size : 0);
  }, 0);
}
