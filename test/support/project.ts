import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CliResult } from './runCli.ts';
import { runHosted } from './runHosted.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A fresh folder with a project and a store. */
export interface Project extends Disposable {
  readonly path: string;
  /** The packed directory. */
  readonly directory: string;
  readonly home: string;
  readonly store: string;
  readonly write: (files: Readonly<Record<string, string | Uint8Array>>) => void;
  /** Makes a link in the packed directory. */
  readonly link: (target: string, path: string) => void;
  /** Runs the command with this project's store, in the folder. */
  readonly run: (...args: readonly string[]) => Promise<CliResult>;
}

/** `env` is the environment of each run. */
export function createProject(
  files: Readonly<Record<string, string | Uint8Array>>,
  env: Readonly<Record<string, string>> = {},
): Project {
  const folder = temporaryFolder();
  const [directory, home] = [join(folder.path, 'project'), join(folder.path, 'home')];
  const write: Project['write'] = (entries) => {
    for (const [name, content] of Object.entries(entries)) {
      const path = join(directory, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  };
  write(files);
  return {
    path: folder.path,
    directory,
    home,
    store: join(home, 'store'),
    write,
    link: (target, path) => {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      symlinkSync(target, join(directory, path));
    },
    run: (...args) => runHosted(['--config', home, ...args], { cwd: folder.path, env }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

export function digestIn({ stdout }: CliResult): string {
  return /Model saved: (\S+)/.exec(stdout)?.[1] ?? '';
}
