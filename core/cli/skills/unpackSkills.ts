import type { Existing, Reference } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { type Agent, installedAgents, namedAgents } from './agents.ts';
import { installKitSkills } from './installKitSkills.ts';
import { skillLine, throwFailure } from './installSkill.ts';

export interface UnpackSkillsOptions {
  /** Names with commas, or `auto`. */
  readonly agents: string;
  readonly filters: readonly string[];
  readonly existing: Existing;
  /** Undefined = for all projects of the user. */
  readonly project: string | undefined;
}

/**
 * `unpack --as-skill`: the skills of a kit go to agents instead of a directory. Throws the first failure of an agent.
 */
export async function unpackSkills(
  session: Session,
  reference: Reference,
  { agents: list, filters, existing, project }: UnpackSkillsOptions,
): Promise<undefined> {
  const { output, options } = session;
  const agents = agentsOf(session, list);
  const { skills, others } = await installKitSkills(session, reference, filters, { agents, project, existing });
  if (options.json) output.result(JSON.stringify({ v: 1, skills }));
  else {
    for (const path of others)
      output.result(`Skipping prompt ${JSON.stringify(path)}: not a SKILL.md, cannot install as skill`);
    for (const { name, agents: results } of skills)
      for (const result of results) output.result(skillLine(name, result));
    if (skills.length === 0) output.result(nothing(others.length));
  }
  throwFailure(skills.flatMap(({ agents: results }) => results));
}

/** The value of `--as-skill` without a value. */
export const autoAgents = 'auto';

function agentsOf({ env, output, options }: Session, list: string): readonly Agent[] {
  if (list !== autoAgents) return namedAgents(list, env);
  const agents = installedAgents(env);
  if (!options.json) output.result(`Detected installed agents: ${agents.map(({ name }) => name).join(', ')}`);
  return agents;
}

function nothing(others: number): string {
  return others
    ? 'No agent skills found in modelkit. Prompt layers must contain a SKILL.md file to be installed as skills.'
    : 'No prompt layers matched the specified filters';
}
