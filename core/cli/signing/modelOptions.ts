import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { KitwrightError } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { repeatable } from '../options/repeatable.ts';

/** The flags of `sign --oms` and `verify --oms`: OpenSSF Model Signing, of a directory instead of a kit. */
export interface ModelFlags {
  readonly oms?: boolean;
  readonly signature?: string;
  readonly ignorePaths: readonly string[];
}

/** Adds them. */
export function modelOptions(command: Command, does: 'sign' | 'verify'): Command {
  return command
    .option('--oms', `${does} a directory of a model instead of a ModelKit, as OpenSSF Model Signing has it`)
    .option('--signature <file>', 'with --oms: where its signature is; model.sig in the directory by default')
    .option('--ignore-paths <path>', 'with --oms: leave this file or directory out; repeatable', repeatable, []);
}

/** Throws `usage` for flags that are only for directories, or only for kits. */
export function checkModelFlags(flags: ModelFlags, ofKits: Readonly<Record<string, boolean>>): void {
  const [wrong] = flags.oms
    ? Object.entries(ofKits).flatMap(([name, isGiven]) => (isGiven ? [`${name} is not for directories (--oms)`] : []))
    : flags.signature !== undefined || flags.ignorePaths.length
      ? ['--signature and --ignore-paths are for directories: add --oms']
      : [];
  if (wrong !== undefined) throw new KitwrightError('usage', `${wrong}.`);
}

/** Where the signature of a directory is. */
export function signatureOf(directory: string, { signature }: ModelFlags): string {
  return signature ?? join(directory, 'model.sig');
}

/** What is left out, relative to the directory: the signature if it is there, and what the user named. Throws `usage`. */
export function ignoredOf(directory: string, flags: ModelFlags): readonly string[] {
  const own = below(directory, signatureOf(directory, flags));
  const named = flags.ignorePaths.map((path) => {
    const inner = below(directory, path);
    if (inner !== undefined) return inner;
    throw new KitwrightError('usage', `${path} is not below ${directory}.`, {
      hint: '--ignore-paths takes a path as any other: from the current directory.',
    });
  });
  return [...(own === undefined ? [] : [own]), ...named];
}

function below(directory: string, path: string): string | undefined {
  const way = relative(real(directory), join(real(dirname(path)), basename(path)));
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way
    ? undefined
    : way.split(sep).join('/');
}

/** Links on the way are followed, where it exists. */
function real(path: string): string {
  try {
    return realpathSync(resolve(path));
  } catch {
    return resolve(path);
  }
}
