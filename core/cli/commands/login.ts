import { KitwrightError } from '@kitwright/core/internal';
import { type Credential, login } from '@kitwright/registry';
import type { Command } from 'commander';
import { loginTarget, targetAddress } from '../loginTarget.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { registryHost } from '../options/registryHost.ts';
import { readStdin } from '../readStdin.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('login')
      .argument('<registry>', 'host[:port], or WORD:https://host/path for a target of a plugin')
      .description(
        'Log in to a registry or to the server of a target; the credentials are stored in a private file or by its credential helper',
      )
      .option('-u, --username <name>', 'user name; without it the password is sent as a refresh token')
      .option('-p, --password <password>', 'password; visible to other users, so better: --password-stdin')
      .option('--password-stdin', 'read the password from standard input'),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  echo $TOKEN | kitwright login ghcr.io -u name --password-stdin\n  kitwright login webdav:https://dav.example.com/kits',
    )
    .action(runCommand(run));
}

interface LoginFlags {
  readonly username?: string;
  readonly password?: string;
  readonly passwordStdin?: boolean;
}

async function run(session: Session, registry: string, flags: LoginFlags): Promise<undefined> {
  const address = targetAddress(registry);
  const host = address?.host ?? registryHost(registry);
  const credential = await credentialOf(session, flags);
  const isProven = address
    ? await loginTarget(session, address, credential)
    : await login(host, credential, session.registryOptions());
  const unproven = `The credentials for ${host} are stored, but were not verified: the ${address ? 'server' : 'registry'} accepts any.`;
  session.output.answer({
    json: { registry: host, verified: isProven },
    text: isProven ? 'Log in successful' : unproven,
  });
}

async function credentialOf(session: Session, flags: LoginFlags): Promise<Credential> {
  if (flags.passwordStdin && flags.password !== undefined)
    throw new KitwrightError('usage', '--password and --password-stdin cannot be used together.');
  if (flags.password !== undefined)
    session.output.message('Warning: Using --password via CLI is insecure. Consider using --password-stdin instead');
  const given = flags.passwordStdin
    ? readStdin()
        .toString()
        .replace(/\r?\n$/, '')
    : flags.password;
  const username = flags.username ?? (given === undefined ? await ask(session, 'username') : '');
  const password = given ?? (await ask(session, 'password'));
  if (!password) throw new KitwrightError('usage', 'The password is empty.');
  return username ? { username, password } : { refreshToken: password };
}

async function ask(session: Session, what: 'username' | 'password'): Promise<string> {
  if (process.stdin.isTTY !== true || !session.output.stderrIsTerminal) throw noTerminal(what);
  const { ask: answerTo, password, text } = await import('../prompts.ts');
  const value = await answerTo((shared) =>
    what === 'username'
      ? text({ message: 'Username (Enter for a token)', defaultValue: '', ...shared })
      : password({ message: 'Password or token', ...shared }),
  );
  if (value === undefined) throw new KitwrightError('cancelled', 'Cancelled.');
  return value;
}

function noTerminal(what: string): KitwrightError {
  return new KitwrightError('usage', `A ${what} is needed, and there is no terminal to ask for it.`, {
    hint: 'Use --username and --password-stdin.',
  });
}
