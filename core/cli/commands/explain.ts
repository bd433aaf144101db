import { codes, type ErrorCode, KitwrightError } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { formatTable } from '../output/formatTable.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  program
    .command('explain')
    .argument('[code]', 'the error code: the word after [ERROR]')
    .description('Explain an error code, or list them all')
    .addHelpText('after', '\nExample:\n  kitwright explain descriptor-mismatch')
    .action(runCommand(explain));
}

async function explain(session: Session, code: string | undefined): Promise<undefined> {
  if (code !== undefined && !isCode(code))
    throw new KitwrightError('usage', `There is no code ${JSON.stringify(code)}.`, {
      hint: 'Run "kitwright explain" for the list.',
    });
  session.output.answer({
    json: code === undefined ? { codes } : { code, ...codes[code] },
    text: code === undefined ? all() : one(code),
  });
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(codes, text);
}

function all(): readonly string[] {
  return formatTable([
    ['CODE', 'EXIT', 'MEANING'],
    ...Object.entries(codes).map(([code, { exit, meaning }]) => [code, String(exit), meaning]),
  ]);
}

function one(code: ErrorCode): readonly string[] {
  const info = codes[code];
  const hint = 'hint' in info ? [`What to do: ${info.hint}`] : [];
  return [`${code} (exit status ${info.exit})`, '', info.meaning, ...hint];
}
