import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { atomicWrite, KitwrightError, systemError } from '@kitwright/core/internal';
import { generateKitfile, kitfileYaml, localProject } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { detectLicense } from '../detectLicense.ts';
import { claimWorkspace } from '../imports/claimWorkspace.ts';
import { findImporter } from '../imports/findImporter.ts';
import { generateFor } from '../imports/importedKitfile.ts';
import { openImport } from '../imports/openImport.ts';
import { refuseTarget } from '../imports/refuseTarget.ts';
import { warnOfGenerated } from '../imports/warnOfGenerated.ts';
import { wholeNumber } from '../options/wholeNumber.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { schemaLine } from '../schemaLine.ts';

export function define(program: Command): void {
  program
    .command('init')
    .argument('<path>', 'the directory for which a Kitfile is made, or a repository with --remote')
    .description('Make a Kitfile for a directory, or for a repository of the Hugging Face Hub')
    .option('--name <name>', 'name of the ModelKit')
    .option('--desc <text>', 'description of the ModelKit')
    .option('--author <name>', 'author of the ModelKit')
    .option('-f, --force', 'overwrite an existing Kitfile')
    .option('-o, --output <file>', "where the Kitfile is written ('-' = standard output)")
    .option('--depth <levels>', 'levels of directories to search; -1 = one element per file', wholeNumber, 0)
    .option('--remote', 'for a remote repository; no weights are downloaded')
    .option('--ref <revision>', 'branch, tag or commit of the repository; with --remote')
    .option('--token <token>', 'token for the repository (HF_TOKEN); with --remote')
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright init .\n  kitwright init . --name mnist --desc "Digits" --author "Ann Bee"\n  kitwright init owner/name --remote',
    )
    .action(runCommand(init));
}

interface InitFlags {
  readonly name?: string;
  readonly desc?: string;
  readonly author?: string;
  readonly force?: boolean;
  readonly output?: string;
  readonly depth: number;
  readonly remote?: boolean;
  readonly ref?: string;
  readonly token?: string;
}

const stdout = '-';

async function init(session: Session, directory: string, flags: InitFlags): Promise<undefined> {
  requireRemote(flags);
  if (!flags.remote && !existsSync(directory)) refuseTarget(session.kitwright(), directory);
  const path = flags.output ?? (flags.remote ? stdout : normalize(join(directory, 'Kitfile')));
  if (path !== stdout && !flags.force && existsSync(path)) throw refuseExisting(path);
  const kitfile = await (flags.remote ? remoteKitfile : localKitfile)(session, directory, flags);
  const text = path === stdout ? kitfile : `${schemaLine(dirname(path))}${kitfile}`;
  if (path !== stdout) write(path, text);
  session.output.answer({
    json: { path: path === stdout ? null : path, kitfile: text },
    ...(path === stdout
      ? { document: text.replace(/\n$/, '') }
      : { text: ['Generated Kitfile:', '', ...text.trimEnd().split('\n'), `Saved to path '${path}'`] }),
  });
}

function requireRemote({ remote, ref, token }: InitFlags): void {
  const given = ref !== undefined ? '--ref' : token !== undefined ? '--token' : undefined;
  if (given && !remote) throw new KitwrightError('usage', `${given} requires --remote.`);
}

function refuseExisting(path: string): KitwrightError {
  return new KitwrightError('unpack-exists', `The Kitfile ${path} already exists.`, {
    data: { path },
    hint: 'Use --force to overwrite it.',
  });
}

/** The Kitfile of a remote repository, from the names and sizes of its files: nothing large is downloaded. */
async function remoteKitfile(session: Session, location: string, flags: InitFlags): Promise<string> {
  const { stores } = session;
  const importer = findImporter(session.kitwright(), location, undefined);
  const { ref: revision, token, name, desc: description, author, depth } = flags;
  const workspace = claimWorkspace(join(stores().root, 'cache', 'import'), [importer.id, location, revision ?? '']);
  try {
    const source = await openImport(session, importer, { location, revision, token, workspace: workspace.path });
    return await generateFor(session, source, { name, description, author }, depth);
  } finally {
    workspace.release();
  }
}

/** The Kitfile of a directory. */
async function localKitfile(session: Session, directory: string, flags: InitFlags): Promise<string> {
  const { name, description, author } = await ask(session, flags);
  const generated = generateKitfile(localProject(directory), {
    package: {
      ...(name ? { name } : {}),
      ...(description ? { description } : {}),
      ...(author ? { authors: [author] } : {}),
    },
    depth: flags.depth,
    licenseOf: detectLicense,
  });
  warnOfGenerated(session, generated);
  return kitfileYaml(generated.kitfile);
}

interface Answers {
  readonly name: string;
  readonly description: string;
  readonly author: string;
}

/** Asks for values that no flag gives; without a terminal it does not ask. */
async function ask(session: Session, { name, desc, author }: InitFlags): Promise<Answers> {
  if (process.stdin.isTTY !== true || !session.output.stderrIsTerminal)
    return { name: name ?? '', description: desc ?? '', author: author ?? '' };
  const { ask: answerTo, text } = await import('../prompts.ts');
  const answer = async (given: string | undefined, message: string): Promise<string> => {
    if (given !== undefined) return given;
    const value = await answerTo((shared) => text({ message, defaultValue: '', ...shared }));
    if (value === undefined) throw cancelled();
    return value;
  };
  return {
    name: await answer(name, 'Name of the ModelKit (Enter for none)'),
    description: await answer(desc, 'What is it for? (Enter for none)'),
    author: await answer(author, 'Author (Enter for none)'),
  };
}

function cancelled(): KitwrightError {
  return new KitwrightError('cancelled', 'Cancelled.');
}

function write(path: string, text: string): void {
  try {
    atomicWrite(path, text);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
}
