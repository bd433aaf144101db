import { type Command, CommanderError } from 'commander';
import { loadProgram } from './loadProgram.ts';
import { normalizeFlags } from './options/normalizeFlags.ts';
import { reportCrashes } from './reportCrashes.ts';

/** Runs the command that these words name, and sets the exit status. */
export async function runProgram(args: readonly string[]): Promise<void> {
  const ended = reportCrashes(args);
  let program: Command | undefined;
  try {
    program = await loadProgram(args);
    await program.parseAsync(normalizeFlags(program, args), { from: 'user' });
  } catch (error) {
    process.exitCode = isHelp(error) ? 0 : (await import('./reportUsage.ts')).reportUsage(error, program, args);
  } finally {
    ended();
  }
}

/** Help is not an error, also if it is shown for a missing subcommand. */
function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help');
}
