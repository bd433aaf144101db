import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import { makeDirectories } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { packagedBelow, packagedFile } from '../executable/packagedFile.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { installedAgents, namedAgents } from '../skills/agents.ts';
import { installSkill, type SkillSource, skillIn, skillLine, throwFailure } from '../skills/installSkill.ts';

export function define(program: Command): void {
  program
    .command('skill')
    .description('Install the skill that teaches coding agents to use Kitwright')
    .option('-d, --dir <directory>', 'for this project only; without it, for all projects of the user')
    .option('--agents <names>', 'agents, separated by commas; without it, those that are installed')
    .option('-o, --overwrite', 'overwrite an existing skill')
    .option('-i, --ignore-existing', 'keep an existing skill')
    .addHelpText('after', '\nExamples:\n  kitwright skill\n  kitwright skill --agents claude-code,cursor -d .')
    .action(runCommand(skill));
}

interface SkillFlags {
  readonly dir?: string;
  readonly agents?: string;
  readonly overwrite?: boolean;
  readonly ignoreExisting?: boolean;
}

const name = 'kitwright';

async function skill(session: Session, flags: SkillFlags): Promise<undefined> {
  const { env, output } = session;
  const agents = flags.agents === undefined ? installedAgents(env) : namedAgents(flags.agents, env);
  const existing = flags.ignoreExisting ? 'keep' : flags.overwrite ? 'replace' : 'refuse';
  const results = installSkill(source(), name, { agents, project: flags.dir, existing });
  output.answer({
    json: { name, agents: results.filter(({ error }) => !error) },
    text: results.map((result) => skillLine(name, result)),
  });
  throwFailure(results);
}

const packaged = 'skills/kitwright';

/** The package holds it beside the bundle. */
function source(): SkillSource {
  if (isSea()) return fromExecutable;
  return skillIn(fileURLToPath(new URL(packaged, import.meta.resolve('kitwright/package.json'))));
}

function fromExecutable(folder: string): void {
  for (const path of packagedBelow(packaged)) {
    const target = join(folder, path.slice(packaged.length));
    makeDirectories(dirname(target));
    writeFileSync(target, packagedFile(path));
  }
}
