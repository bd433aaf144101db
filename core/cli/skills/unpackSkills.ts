import type { Existing, Reference } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { type Agent, installedAgents, namedAgents } from './agents.ts';
import { confirmSkills } from './confirmSkills.ts';
import { installKitSkills } from './installKitSkills.ts';
import { skillLine, throwFailure } from './installSkill.ts';

export interface UnpackSkillsOptions {
  /** Names with commas, or `auto`. */
  readonly agents: string;
  readonly filters: readonly string[];
  readonly existing: Existing;
  /** Undefined = for all projects of the user. */
  readonly project: string | undefined;
  /** Nobody is asked. */
  readonly yes: boolean;
}

/**
 * `unpack --as-skill`: the skills of a kit go to agents instead of a directory. Throws the first failure of an agent.
 */
export async function unpackSkills(
  session: Session,
  reference: Reference,
  { agents: list, filters, existing, project, yes }: UnpackSkillsOptions,
): Promise<undefined> {
  const { output } = session;
  const agents = agentsOf(session, list);
  const confirm = yes ? async () => undefined : confirmSkills(session, reference, agents, project);
  const { skills, others } = await installKitSkills(session, reference, filters, {
    agents,
    project,
    existing,
    confirm,
  });
  const lines = [
    ...others.map((path) => `Skipping prompt ${JSON.stringify(path)}: not a SKILL.md, cannot install as skill`),
    ...skills.flatMap(({ name, agents: results }) => results.map((result) => skillLine(name, result))),
    ...(skills.length ? [] : [nothing(others.length)]),
  ];
  output.answer({ json: { skills }, text: lines });
  throwFailure(skills.flatMap(({ agents: results }) => results));
}

/** The value of `--as-skill` without a value. */
export const autoAgents = 'auto';

function agentsOf({ env, output }: Session, list: string): readonly Agent[] {
  if (list !== autoAgents) return namedAgents(list, env);
  const agents = installedAgents(env);
  output.say(`Detected installed agents: ${agents.map(({ name }) => name).join(', ')}`);
  return agents;
}

function nothing(others: number): string {
  return others
    ? 'No agent skills found in modelkit. Prompt layers must contain a SKILL.md file to be installed as skills.'
    : 'No prompt layers matched the specified filters';
}
