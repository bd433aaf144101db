import { displayReference, parseReference, type Reference, readTargets } from '@kitwright/core/internal';
import { packKit } from '@kitwright/core/internal/builds';
import { Command } from 'commander';
import { kitFlags } from '../config/kitFlags.ts';
import { trustedProject } from '../config/loadProject.ts';
import { kitAndParents, type ProjectKit } from '../config/projectKits.ts';
import { applySettings, configsOf } from '../config/settings.ts';
import { formPlugins, packOptions } from '../options/packOptions.ts';
import { createSession, type Project, type Session } from '../Session.ts';
import { optionsOf, type PackOneFlags } from './packOne.ts';

/**
 * Packs a kit of the project that the store lacks, and those that it refers to: a task runner with a cache may skip the
 * task that packs, although our store is empty. Does nothing unless the project is trusted already and has a kit of
 * this name. Throws what a pack throws.
 */
export async function packMissing(session: Session, reference: Reference): Promise<void> {
  if (reference.isDigest || (await isStored(session, reference))) return;
  const project = await trustedProject(session);
  const kits = kitAndParents(project?.found, reference);
  if (!project || !kits.length) return;
  const packing = createSession(session.output, session.options, session.signal, { ...project, given: new Set() });
  try {
    for (const kit of kits) await packKitOf(packing, kit);
  } finally {
    await packing.close();
  }
}

async function packKitOf(session: Session, kit: ProjectKit): Promise<void> {
  const name = kit.kit.tag === undefined ? undefined : parseReference(kit.kit.tag);
  if (name && (await isStored(session, name))) return;
  const flags = kitFlags(session.project, kit, flagsOf(session.project, session.env));
  session.output.note(`Packing ${kit.name}: ${name ? displayReference(name) : 'it'} is not in the store`);
  const kitwright = session.kitwright({ plugins: await formPlugins(flags) });
  await packKit(kitwright, optionsOf(session, kit.directory, flags, name));
}

/** The flags of a `pack` without typed flags. */
function flagsOf(project: Project, env: Session['env']): PackOneFlags {
  const command = packOptions(new Command('pack'));
  applySettings(command, env, configsOf(project));
  return command.opts<PackOneFlags>();
}

async function isStored(session: Session, { registry, repository, reference = 'latest' }: Reference): Promise<boolean> {
  for (const target of readTargets(session.stores()))
    if (await target.resolve(`${registry}/${repository}`, reference)) return true;
  return false;
}
