import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { displayReference, KitwrightError, type Reference } from '@kitwright/core/internal';
import { askToConfirm } from '../output/askToConfirm.ts';
import type { Session } from '../Session.ts';
import type { Agent } from './agents.ts';
import type { Confirming } from './installKitSkills.ts';

/**
 * A skill is instructions that an agent follows: on a terminal it is shown which prompts go where under which names, and asked. Without a
 * terminal nobody can be asked, and the agents were named by whoever wrote the command.
 */
export function confirmSkills(
  session: Session,
  reference: Reference,
  agents: readonly Agent[],
  project: string | undefined,
): Confirming['confirm'] {
  return async (skills) => {
    if (!skills.length) return;
    const folders = [
      ...new Set(
        agents.map(({ user, project: own }) => (project === undefined ? (user ?? '') : resolve(project, own))),
      ),
    ];
    // A skill calls itself as it likes, also as one that the user has.
    const isThere = (name: string) => folders.some((folder) => existsSync(join(folder, name)));
    const message = [
      `${displayReference(reference)} brings instructions for ${agents.map(({ name }) => name).join(', ')}:`,
      ...skills.map(({ path, name }) => `  ${path}, as ${name}${isThere(name) ? ', which is there already' : ''}`),
      `They go to ${folders.join(', ')}. Install them?`,
    ];
    if (!(await askToConfirm(session, message, true)))
      throw new KitwrightError('cancelled', 'Nothing was installed.', {
        hint: 'Use --yes to install without a question.',
      });
  };
}
