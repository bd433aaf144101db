import { resolve } from 'node:path';
import { atomicWrite, KitwrightError, systemError } from '@kitwright/core/internal';
import { systemClock } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { renderPage } from '../dashboard/renderPage.ts';
import { runCommand } from '../runCommand.ts';
import { otherRuns } from '../runs/otherRuns.ts';
import type { Session } from '../Session.ts';
import type { TimedEvent } from '../watching/WatchEvent.ts';
import { openHistory } from '../watching/watchHistory.ts';

export function define(program: Command): void {
  program
    .command('report')
    .argument('[directory]', 'the directory that was watched (default ".")')
    .description('Write a report of the watches of a directory: one HTML file that works offline')
    .option('-o, --output <file>', 'the file of the page; - = standard output', 'report.html')
    .addHelpText('after', '\nExamples:\n  kitwright report\n  kitwright report models/base -o base.html')
    .action(runCommand(report));
}

interface ReportFlags {
  readonly output: string;
}

async function report(session: Session, given: string | undefined, { output }: ReportFlags): Promise<number> {
  const directory = resolve(given ?? '.');
  const events = eventsOf(session, directory);
  const others = await otherRuns(session);
  const { html } = renderPage({ live: false, directory, writtenAt: systemClock.now(), events, others });
  const kits = events.filter(({ type }) => type === 'kit').length;
  if (output === '-') {
    session.output.answer({ json: { kits, html }, document: html.trimEnd() });
    return 0;
  }
  const path = resolve(output);
  write(path, html);
  session.output.answer({
    json: { path, kits },
    text: `Wrote ${output}, with ${kits} ${kits === 1 ? 'kit' : 'kits'}`,
  });
  return 0;
}

/** The events of a directory. Throws `report-empty` if it was never watched. */
function eventsOf(session: Session, directory: string): readonly TimedEvent[] {
  const events = openHistory(session.stores().root, directory).read();
  if (events.length) return events;
  throw new KitwrightError('report-empty', `No watch of ${directory} is on record.`);
}

function write(path: string, html: string): void {
  try {
    atomicWrite(path, html);
  } catch (error) {
    throw systemError(error, 'report-failed', 'write', path);
  }
}
