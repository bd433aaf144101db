import type { KitwrightError } from '@kitwright/core/internal';
import { type Command, CommanderError } from 'commander';
import { runningPlugins } from './loading/runningPlugins.ts';
import { withOrigins } from './loading/withOrigin.ts';
import { asKitwrightError } from './output/errorText.ts';
import { createOutput } from './output/Output.ts';
import { reportError } from './output/reportError.ts';
import { createReporter } from './reporters/createReporter.ts';
import { usageError } from './usageError.ts';

/** Reports a mistake in the command line, found before a command could run. Returns the exit status. */
export function reportUsage(error: unknown, program: Command | undefined, args: readonly string[]): number {
  const known = knownError(error, program, args);
  const output = createOutput(process.env);
  createReporter('auto', output, process.env).failure?.(known);
  const own = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
  reportError(known, output, { json: own.includes('--json'), verbose: 0 });
  return known.exit;
}

function knownError(error: unknown, program: Command | undefined, args: readonly string[]): KitwrightError {
  if (error instanceof CommanderError && program) return usageError(error, program, args);
  return withOrigins(asKitwrightError(error), runningPlugins());
}
