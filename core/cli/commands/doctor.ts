import type { Command } from 'commander';
import type { Check } from '../doctor/Check.ts';
import { examine } from '../doctor/examine.ts';
import { formatTable } from '../output/formatTable.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  program
    .command('doctor')
    .description('Check this machine, and suggest what would make Kitwright faster or safer')
    .addHelpText('after', '\nThe status is 1 if something does not work, 0 if there are only warnings.')
    .action(runCommand(doctor));
}

async function doctor(session: Session): Promise<number> {
  const checks = await examine(session);
  session.output.answer({ json: { checks }, text: text(checks) });
  return checks.some(({ state }) => state === 'problem') ? 1 : 0;
}

const signs: Readonly<Record<Check['state'], string>> = { ok: 'ok', warning: 'WARN', problem: 'FAIL' };

function text(checks: readonly Check[]): readonly string[] {
  const table = formatTable(checks.map(({ state, what, found }) => [signs[state], what, found]));
  return checks.flatMap(({ advice }, i) => [table[i] ?? '', ...(advice ? [`        ${advice}`] : [])]);
}
