import { relative, resolve } from 'node:path';
import { fromNative, readBelow, textOf } from '@kitwright/core/internal';
import { askForChanges } from '../runs/hasChanges.ts';
import { gitFolders, readCommit } from '../runs/readCommit.ts';

/** The commit from which a directory is packed. */
export interface Source {
  readonly commit: string;
  /** Undefined if git could not tell in time. */
  readonly isDirty: boolean | undefined;
  /** Of the remote `origin`, without credentials; undefined for none, or one of this machine. */
  readonly uri: string | undefined;
  /** The directory, relative to the top of the repository; `.` for the top. */
  readonly directory: string;
}

/** Reads the files of `.git`; only whether files are changed is asked of git, which runs nothing of the repository. */
export async function readSource(directory: string, env: NodeJS.ProcessEnv): Promise<Source | undefined> {
  const [folders, commit] = [gitFolders(directory), readCommit(directory)];
  if (!folders || commit === undefined) return undefined;
  return {
    commit,
    isDirty: await askForChanges(directory, commit, env),
    uri: remoteOf(folders.common),
    directory: textOf(fromNative(relative(folders.top, resolve(directory)))) || '.',
  };
}

/** Bytes. */
const maxConfig = 1024 * 1024;

/** The URL of `[remote "origin"]` (git-config(1)), read as text: no program of the repository is asked. */
function remoteOf(folder: string): string | undefined {
  const text = readBelow(folder, 'config', maxConfig)?.toString() ?? '';
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^\s*\[remote "origin"\]\s*$/.test(line));
  const section = start < 0 ? [] : lines.slice(start + 1);
  const end = section.findIndex((line) => /^\s*\[/.test(line));
  const [, url] = section
    .slice(0, end < 0 ? undefined : end)
    .flatMap((line) => /^\s*url\s*=\s*(\S+)\s*$/.exec(line) ?? []);
  return url === undefined ? undefined : remoteUri(url);
}

/**
 * `git+https://host/path` (SPDX download locations, as SLSA has them), without user, password and query; undefined for
 * paths of this machine.
 */
export function remoteUri(url: string): string | undefined {
  const [, host, path] = /^(?:[\w.-]{1,64}@)?([\w.-]{1,253}):(?!\/\/|:)(\S{1,1024})$/.exec(url) ?? [];
  const whole = host === undefined ? url : `ssh://${host}/${path?.replace(/^\/+/, '')}`;
  if (!/^(?:https?|ssh|git):\/\//.test(whole) || !URL.canParse(whole)) return undefined;
  const { protocol, host: at, pathname } = new URL(whole);
  return at === '' ? undefined : `git+${protocol}//${at}${pathname}`;
}
