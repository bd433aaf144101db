import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { dataRoot, KitwrightError } from '@kitwright/core/internal';
import type { Command } from 'commander';
import type { ConfigFile } from '../config/ConfigFile.ts';
import { checkConfig } from '../config/checkConfig.ts';
import { findConfig } from '../config/findConfig.ts';
import { namedCode } from '../config/namedCode.ts';
import { openConfig } from '../config/openConfig.ts';
import { isProgram, readConfigFile } from '../config/readConfigFile.ts';
import { formatTable } from '../output/formatTable.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { forgetFiles, isTrustedFile, readTrusted, type TrustedFile, trustFile } from '../trust/trustedFiles.ts';

export function define(program: Command): void {
  program
    .command('trust')
    .argument('[directory]', 'the directory of a project', '.')
    .description('Trust the config of a project, so that its code may run, until the config changes')
    .option('--list', 'show what is trusted')
    .option('--remove', 'remove a directory from the trusted ones')
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright trust\n  kitwright trust --list\n  kitwright trust --remove project',
    )
    .action(runCommand(trust));
}

interface TrustFlags {
  readonly list?: boolean;
  readonly remove?: boolean;
}

async function trust(session: Session, directory: string, flags: TrustFlags): Promise<undefined> {
  const root = dataRoot(session.options.config, session.env);
  if (flags.list) return list(session, root);
  if (flags.remove) return remove(session, root, directory);
  const file = findConfig(directory, session.env);
  if (!file)
    throw new KitwrightError('usage', `There is no config file in ${directory}, nor above it in the same repository.`);
  const code = await codeOf(file);
  await trustFile(root, file);
  session.output.answer({
    json: { path: file.path, code: code ?? null },
    text: `Trusted until it changes: ${file.path} ${code ?? 'runs nothing'}`,
  });
  return undefined;
}

/** The code that would run, as the end of a sentence. The file is read, not run. */
async function codeOf(file: ConfigFile): Promise<string | undefined> {
  if (isProgram(file.path)) return 'is a program';
  return namedCode(await checkConfig(await readConfigFile(file), file.path), file.path);
}

function list(session: Session, root: string): undefined {
  const files = readTrusted(root).map((file) => ({ ...file, state: stateOf(root, file) }));
  const table = [['STATE', 'FILE'], ...files.map(({ path, state }) => [state, path])];
  session.output.answer({ json: { files }, text: files.length ? formatTable(table) : 'Nothing is trusted' });
}

function stateOf(root: string, { path }: TrustedFile): 'trusted' | 'changed' | 'gone' {
  try {
    return isTrustedFile(root, openConfig(path, 'refuse-links')) ? 'trusted' : 'changed';
  } catch {
    return existsSync(path) ? 'changed' : 'gone';
  }
}

/** The file need not exist any more. */
async function remove(session: Session, root: string, directory: string): Promise<undefined> {
  const there = existsSync(directory);
  const folder = there ? realpathSync(directory) : resolve(directory);
  const found = there ? findConfig(folder, session.env)?.path : undefined;
  const files = readTrusted(root).filter(({ path }) => path === found || dirname(path) === folder);
  if (!files.length) throw new KitwrightError('usage', `Nothing is trusted in ${directory}.`);
  await forgetFiles(root, files);
  const removed = files.map(({ path }) => path);
  session.output.answer({ json: { removed }, text: removed.map((path) => `No longer trusted: ${path}`) });
}
