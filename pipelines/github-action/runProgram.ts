import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Gets each line that the program writes to standard error. */
  readonly show?: (line: string) => void;
}

/** More than any answer; it bounds memory, in characters. */
const longest = 64 * 1024 * 1024;

/** Runs a program to its end and collects what it writes. Throws if it cannot be started. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env, stdin, show }: RunOptions = {},
): Promise<Ended> {
  // npm is a script there, which only a shell starts; its words were checked.
  const shell = process.platform === 'win32' && command === 'npm';
  const child = spawn(command, args, {
    ...(cwd ? { cwd } : {}),
    env: { ...withoutInputs(process.env), ...env },
    shell,
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  if (show) createInterface(child.stderr).on('line', show);
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', (cause) => reject(new Error(`${command} cannot be started: ${cause.message}`, { cause })));
  child.on('close', (code) => resolve(code ?? 1));
  const code = await promise;
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Inputs of the step are variables: the password is among them. */
function withoutInputs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INPUT_')));
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    if (text.length < longest) text += piece;
  });
  return () => text;
}
