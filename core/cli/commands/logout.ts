import { logout } from '@kitwright/registry';
import type { Command } from 'commander';
import { targetAddress } from '../loginTarget.ts';
import { registryHost } from '../options/registryHost.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  program
    .command('logout')
    .argument('<registry>', 'host[:port], or what was logged in to')
    .description('Remove the stored credentials of a registry')
    .addHelpText('after', '\nExample:\n  kitwright logout ghcr.io')
    .action(runCommand(run));
}

async function run(session: Session, registry: string): Promise<undefined> {
  const host = targetAddress(registry)?.host ?? registryHost(registry);
  await logout(host, session.registryOptions());
  session.output.answer({ json: { registry: host }, text: `Successfully logged out from ${host}` });
}
