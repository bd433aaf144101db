import type { ProgressMode } from '../options/globalOptions.ts';
import type { Output } from '../output/Output.ts';
import { hasTraining } from '../signals/hasTraining.ts';
import { createGithubReporter } from './createGithubReporter.ts';
import { createJsonReporter } from './createJsonReporter.ts';
import { createPlainReporter } from './createPlainReporter.ts';
import { createTrainingReporter } from './createTrainingReporter.ts';
import { createTtyReporter } from './createTtyReporter.ts';
import type { Reporter } from './Reporter.ts';

const silent: Reporter = { event: () => undefined, around: (write) => write(), close: () => undefined };

/**
 * Creates the reporter that shows progress. With `--json`, stderr holds documents, so there is no progress unless it
 * was asked for.
 */
export function createReporter(mode: ProgressMode, output: Output, env: Environment, json = false): Reporter {
  switch (resolveMode(mode, output, env, json)) {
    case 'training':
      return createTrainingReporter((text) => void process.stderr.write(text));
    case 'tty':
      return createTtyReporter(
        (text) => void process.stderr.write(text),
        () => process.stderr.columns ?? 80,
      );
    case 'plain':
      return createPlainReporter(output.message, () => performance.now());
    case 'github':
      return createGithubReporter(output.command, env);
    case 'json':
      return createJsonReporter(output.message);
    default:
      return silent;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

function resolveMode(mode: ProgressMode, output: Output, env: Environment, json: boolean): ProgressMode | 'training' {
  if (mode !== 'auto') return mode;
  if (env['GITHUB_ACTIONS'] === 'true') return 'github';
  if (output.stderrIsTerminal && hasTraining(process.argv.slice(2))) return json ? 'none' : 'training';
  return output.stderrIsTerminal && env['TERM'] !== 'dumb' && !env['CI'] ? 'tty' : json ? 'none' : 'plain';
}
