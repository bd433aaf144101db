import { CommanderError } from 'commander';
import { normalizeFlags } from './normalizeFlags.ts';
import { loadProgram } from './program.ts';

/** Usage mistakes exit with 2, help with 0. */
const exitOf = (error: unknown): number => {
  if (!(error instanceof CommanderError)) throw error;
  return error.exitCode === 0 || error.code === 'commander.help' || error.code === 'commander.helpDisplayed' ? 0 : 2;
};

/** Runs the command line of this process and sets its exit status. */
export const main = async (args: readonly string[] = process.argv.slice(2)): Promise<void> => {
  try {
    const program = await loadProgram(args);
    await program.parseAsync(normalizeFlags(program, args), { from: 'user' });
  } catch (error) {
    process.exitCode = exitOf(error);
  }
};
