import { existsSync } from 'node:fs';

/** In KiB: more than git and git-lfs take for the largest repositories. */
const most = 3 * 1024 * 1024;

const shell = '/bin/sh';

/**
 * How to run a program, by its absolute path, with a bounded memory of its own (3 GiB, in each process; files that it only
 * maps do not count): what a stranger sends it, compressed say, may take all of the machine's. Only Linux holds such a limit
 * (getrlimit(2), RLIMIT_DATA).
 */
export function limitMemory(program: string, args: readonly string[], platform = process.platform): Command {
  if (platform !== 'linux' || !existsSync(shell)) return [program, args];
  return [shell, ['-c', `ulimit -d ${most} 2>/dev/null; exec "$0" "$@"`, program, ...args]];
}

type Command = readonly [program: string, args: readonly string[]];
