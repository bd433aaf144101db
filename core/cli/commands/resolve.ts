import { resolve as absolute, join } from 'node:path';
import { bytePath, joinPath, textOf } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { repeatable } from '../options/repeatable.ts';
import { wholeNumber } from '../options/wholeNumber.ts';
import { entryParts } from '../resolving/Entry.ts';
import { defaultFilters } from '../resolving/entryName.ts';
import { resolvedFolder } from '../resolving/resolvedFolder.ts';
import { resolveModel } from '../resolving/resolveModel.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('resolve')
      .argument('<reference>', '[registry/]repository[:tag|@digest], or a target: see "copy --help"')
      .description('Print the path of an unpacked, verified model for an engine; callers share one read-only copy')
      .option('--into <directory>', 'where the copies are kept; by default below the root of your data')
      .option('-f, --filter <types:names>', 'instead of the model these elements; repeatable', repeatable, [])
      .option(
        '-l, --label <label>',
        'the ModelKit of an index that has this label (q=q4), or the largest within a limit ("vram<=8GB"); repeatable',
        repeatable,
        [],
      )
      .option(
        '--for-process <pid>',
        'who reads the files, which stay until it ends; by default the caller',
        wholeNumber,
      ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  llama-server -m "$(kitwright resolve registry.example.com/team/model:v1)"\n' +
        '  kitwright resolve registry.example.com/team/model:v1 --json\n\n"store gc" frees the copies that no running process uses, "remove" that of one kit.',
    )
    .action(runCommand(resolve));
}

interface ResolveFlags {
  readonly into?: string;
  readonly filter: readonly string[];
  readonly label: readonly string[];
  readonly forProcess?: number;
}

async function resolve(session: Session, text: string, flags: ResolveFlags): Promise<undefined> {
  // Asked for at once: a caller that ends leaves its children to another process.
  const pid = flags.forProcess ?? (process.ppid || process.pid);
  const { name, entry } = await resolveModel(session, {
    text,
    labels: flags.label,
    filters: flags.filter.length ? flags.filter : defaultFilters,
    base: flags.into === undefined ? resolvedFolder(session) : absolute(flags.into),
    pid,
  });
  const top = join(entry.folder, entryParts.files);
  const path = join(top, entry.path);
  const files = entry.files.map((file) => textOf(joinPath(bytePath(top), file.path)));
  session.output.answer({
    json: { reference: name, digest: entry.digest, path, format: entry.format ?? null, files },
    text: path,
  });
}
