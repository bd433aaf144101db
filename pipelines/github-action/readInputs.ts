import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { getBooleanInput, getInput, setSecret } from '@actions/core';

/** What a workflow writes below `with`; see action.yml. */
export interface Inputs {
  readonly tag: string;
  readonly directory: string;
  readonly file: string;
  readonly push: boolean;
  readonly sign: boolean;
  readonly attest: boolean;
  readonly username: string;
  readonly password: string;
  readonly signingConfig: string;
  readonly trustedRoot: string;
  readonly cache: boolean;
  readonly version: string;
}

/** Reads and checks the inputs; the password is masked in logs. Throws an error that names the input. */
export function readInputs(): Inputs {
  const password = getInput('password');
  if (password) setSecret(password);
  return {
    tag: oneLine('tag'),
    directory: ownDirectory(oneLine('directory') || '.'),
    file: oneLine('file'),
    push: getBooleanInput('push'),
    sign: getBooleanInput('sign'),
    attest: getBooleanInput('attest'),
    username: oneLine('username'),
    password,
    signingConfig: oneLine('signing-config'),
    trustedRoot: oneLine('trusted-root'),
    cache: getBooleanInput('cache'),
    version: checkedVersion(),
  };
}

/** Names have no control characters, and none begins as a flag does. */
function oneLine(name: string): string {
  const value = getInput(name);
  if (/\p{Cc}/u.test(value)) throw new Error(`The input ${name} has a line break or another control character in it.`);
  if (value.startsWith('-')) throw new Error(`The input ${name} begins with "-", as a flag does.`);
  return value;
}

/** The repository may hold a link to other files of the runner, such as logins, under this name. */
function ownDirectory(path: string): string {
  if (isAbsolute(path) || !existsSync(path)) return path;
  const way = relative(realpathSync('.'), realpathSync(path));
  const isOutside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  if (!isOutside || path.split(/[/\\]/).includes('..')) return path;
  throw new Error(`The input directory (${path}) leads over a link out of the repository.`);
}

/** It becomes a word of a command of npm, and the name of a folder. */
function checkedVersion(): string {
  const version = getInput('version');
  if (version === 'latest' || /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version)) return version;
  throw new Error('The input version is no version, such as 0.1.0, and not "latest".');
}
