import type { Command } from 'commander';
import { mirrorKits } from '../mirror/mirrorKits.ts';
import { readMirrorPolicy } from '../mirror/readMirrorPolicy.ts';
import { reportLines } from '../mirror/reportLines.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('mirror')
      .argument('<policy>', 'a file that says which ModelKits, from where and to where: YAML or JSON')
      .description(
        'Copy the ModelKits that a policy chooses between two targets; what is there already is not sent again',
      )
      .option('--dry-run', 'only say what would be done')
      .option('--delete', 'delete tags at the destination that the policy does not choose'),
  )
    .addHelpText(
      'after',
      [
        '',
        'Example of a policy:',
        '  from: registry.example.com',
        '  to: registry.internal:5000/vendor        # or archive:kits.tar, oci:DIRECTORY, store:',
        '  kits:',
        '    - repository: team/model',
        '      semver: ">=1.2"',
        '      newest: 3',
      ].join('\n'),
    )
    .action(runCommand(run));
}

interface MirrorFlags {
  readonly dryRun?: boolean;
  readonly delete?: boolean;
}

async function run(session: Session, file: string, flags: MirrorFlags): Promise<number> {
  const policy = await readMirrorPolicy(file);
  const options = { policy, dryRun: flags.dryRun === true, delete: flags.delete === true };
  const report = await mirrorKits(session, options);
  const json = { policy: file, from: policy.from, to: policy.to, dryRun: options.dryRun, ...report };
  session.output.answer({ json, text: reportLines(report, options) });
  return report.kits.find(({ error }) => error)?.error?.exit ?? 0;
}
