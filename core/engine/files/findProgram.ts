import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The absolute path of a program in `PATH`, or undefined. Relative entries (`.`, an empty one) are passed over, and so
 * is the current directory, which Windows would look into first: nothing that lies where we work is ever started by
 * name.
 */
export function findProgram(name: string, env: Environment, platform = process.platform): string | undefined {
  const suffixes = platform === 'win32' ? (env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';') : [''];
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter(isAbsolute);
  const candidates = folders.flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix)));
  return candidates.find(isProgram);
}

type Environment = Readonly<Record<string, string | undefined>>;

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The environment with what `findProgram` passes over taken out of `PATH`: what a program starts by name, ssh for git
 * say, does not come from where it works either. Nor does a program for Node, npm say, run compiled code that another user has
 * put into the temporary folder: Node keeps it there by default, and does not check whose it is.
 */
export function withSafePath(env: Environment): Record<string, string | undefined> {
  const safe = (text: string | undefined) => text?.split(delimiter).filter(isAbsolute).join(delimiter);
  const names = ['PATH', 'Path'].filter((name) => env[name] !== undefined);
  const paths = Object.fromEntries(names.map((name) => [name, safe(env[name])]));
  return { ...env, ...paths, NODE_DISABLE_COMPILE_CACHE: '1' };
}

/** What any program may need of our environment: where it finds things, how it speaks, how it reaches the network. */
const common =
  /^(?:PATH|Path|PATHEXT|HOME|USER|LOGNAME|SHELL|TZ|LANG|LC_\w+|TMPDIR|TEMP|TMP|XDG_\w+|SystemRoot|SYSTEMROOT|ComSpec|COMSPEC|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramData|(?:HTTPS?|ALL|NO)_PROXY|(?:https?|all|no)_proxy|SSL_CERT_(?:FILE|DIR))$/;

/**
 * The environment for a program that we start for ourselves: what is on the list, and variables that `more` matches,
 * with a safe `PATH`. Whatever else is set, by a git hook or an npm script say, or holds a secret, is not passed on.
 */
export function childEnvironment(env: Environment, more?: RegExp): Environment {
  const passed = Object.entries(env).filter(([name]) => common.test(name) || more?.test(name));
  return withSafePath(Object.fromEntries(passed));
}
