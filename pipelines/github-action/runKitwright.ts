import { randomUUID } from 'node:crypto';
import { group, info } from '@actions/core';
import { type Ended, runProgram } from './runProgram.ts';

/** Runs a command of kitwright and gives its answer. Throws `KitwrightFailure`. */
export type RunKitwright = (args: readonly string[], options?: { readonly stdin?: string }) => Promise<Answer>;

export type Answer = Readonly<Record<string, unknown>>;

/** What kitwright reports when it fails. */
export class KitwrightFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Commands of the installed program, with the data below `home`. */
export function createRunner(program: string, home: string): RunKitwright {
  return (args, { stdin } = {}) =>
    group(`kitwright ${args.join(' ')}`, async () => {
      const ended = await withoutCommands(() =>
        runProgram(process.execPath, [program, '--json', '--progress', 'none', ...args], {
          env: { KITWRIGHT_HOME: home },
          ...(stdin === undefined ? {} : { stdin }),
          // Its answer and its error are told apart.
          show: (line) => line.startsWith('{"v":') || info(line),
        }),
      );
      const answer = answerIn(ended);
      if (ended.code !== 0) throw failureOf(answer, ended.code);
      return answer;
    });
}

/** The runner obeys lines such as `::add-path::` in output, and names of files may hold any text. */
async function withoutCommands<T>(run: () => Promise<T>): Promise<T> {
  const token = randomUUID();
  info(`::stop-commands::${token}`);
  try {
    return await run();
  } finally {
    info(`::${token}::`);
  }
}

/** Standard output holds nothing else, and of standard error an error is the last line. */
function answerIn({ code, stdout, stderr }: Ended): Answer {
  const text = code === 0 ? stdout : stderr.trimEnd().split('\n').at(-1);
  try {
    return JSON.parse(text || '{}') as Answer;
  } catch {
    return {};
  }
}

function failureOf({ error }: Answer, status: number): KitwrightFailure {
  const { code, message, hint } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || typeof message !== 'string')
    return new KitwrightFailure('internal', `kitwright ended with status ${status}.`);
  return new KitwrightFailure(code, `${code}: ${message}${typeof hint === 'string' ? ` ${hint}` : ''}`);
}
