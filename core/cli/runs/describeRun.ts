import { hostname } from 'node:os';
import { annotationNames, escapeControls } from '@kitwright/core/internal';
import { commandText } from './commandText.ts';
import { hasChanges } from './hasChanges.ts';
import { pythonPackages } from './pythonPackages.ts';
import { readCommit } from './readCommit.ts';
import { readParameters } from './readParameters.ts';

/** Ids that trackers and schedulers set for their runs. */
const trackers = [
  ...['WANDB_RUN_ID', 'WANDB_NAME', 'WANDB_PROJECT', 'WANDB_ENTITY', 'WANDB_SWEEP_ID'],
  ...['MLFLOW_RUN_ID', 'MLFLOW_EXPERIMENT_NAME', 'MLFLOW_EXPERIMENT_ID', 'CLEARML_TASK_ID'],
  ...['SLURM_JOB_ID', 'SLURM_JOB_NAME', 'SLURM_ARRAY_JOB_ID', 'SLURM_ARRAY_TASK_ID', 'SLURM_NNODES'],
] as const;

/** Characters of a value that are kept. */
const maxValue = 1024;

export interface RunOptions {
  readonly name: string;
  readonly directory: string;
  /** Empty if the watch has none. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** When the watch began. */
  readonly started: Date;
}

/**
 * What is known of a run, as annotations of each of its kits: name, host, start, command, commit, versions, ids of
 * trackers. Only what is listed here, never other variables of the environment.
 */
export function describeRun(options: RunOptions): Readonly<Record<string, string>> {
  const { name, directory, command, env, started } = options;
  const commit = readCommit(directory);
  const { python, packages } = pythonPackages(command, env);
  const isDirty = commit !== undefined && command.length > 0 ? hasChanges(directory, commit, env) : undefined;
  return annotationsOf({
    name,
    host: hostname(),
    started: started.toISOString(),
    command: command.length ? commandText(command) : undefined,
    commit,
    dirty: isDirty === undefined ? undefined : String(isDirty),
    python,
    packages: packages.length ? packages.join(', ') : undefined,
    ...Object.fromEntries(trackers.map((variable) => [variable.toLowerCase().replaceAll('_', '-'), env[variable]])),
  });
}

/** The settings of the training in a directory (`readParameters`), as annotations. */
export function parameterAnnotations(directory: string): Readonly<Record<string, string>> {
  const found = Object.entries(readParameters(directory));
  return annotationsOf(Object.fromEntries(found.map(([name, value]) => [`param.${name}`, value])));
}

function annotationsOf(fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) =>
      value ? [[`${annotationNames.runPrefix}${key}`, escapeControls(value).slice(0, maxValue)]] : [],
    ),
  );
}
