import type { Command } from 'commander';
import type { AttestFlags } from '../provenance/attestOptions.ts';
import type { KeepFlags } from '../watching/kitPruner.ts';
import type { PackFlags } from './packOptions.ts';
import type { LimitFlags, PaceFlags } from './watchFlags.ts';

/** The flags that only `watch` has. */
export interface WatchFlags extends PackFlags, KeepFlags, PaceFlags, LimitFlags, AttestFlags {
  readonly quiet: string;
  readonly push?: string;
  /** From the config: where kits are pushed to without `--push`. */
  readonly pushTo?: string;
  readonly best?: string;
  readonly run?: string;
  /** False with `--no-provenance`. */
  readonly provenance: boolean;
  readonly metrics?: string;
  readonly onKit?: string;
  readonly ui?: boolean;
  readonly uiPort?: string;
}

/** Adds the flags that only `watch` has. */
export function addWatchFlags(command: Command): Command {
  return command
    .option(
      '--tag-template <template>',
      'one more tag per kit, e.g. run-{n}: {n} the number of the kit, {step} of the checkpoint, {metric} of --best, {metric:NAME}, {time}, {run}, {git} commit',
    )
    .option('--run <name>', 'name of the run, and value of {run}; by default the time at which the watch began')
    .option('--no-provenance', 'do not record command, commit, host, versions and ids of trackers in the kits')
    .option(
      '--keep <rules>',
      'which kits of the template to keep: last=N, best=N, every=N, separated by commas; the others are removed',
    )
    .option('--metric <name>', 'the metric of best=N, e.g. eval_loss, or max:accuracy where higher is better')
    .option('--best <metric:min|max>', 'tag the best kit so far as "best", e.g. eval_loss:min; the tag moves')
    .option(
      '--metrics <file>',
      'JSON or CSV file of the training with "step" and metrics, or what TensorBoard reads; recorded as annotations',
    )
    .option(
      '--push <reference>',
      'push each kit in the background, to a registry or another target (kitwright targets); if kits are made faster than they are pushed, only the newest',
    )
    .option('--on-kit <command>', 'run this for each kit, with KITWRIGHT_REFERENCE, _DIGEST, _STEP in its environment')
    .option('--ui', 'open a page that shows the watch, on this machine only; the key o opens it later')
    .option('--ui-port <port>', 'serve that page at this port, e.g. for ssh -L; implies --ui')
    .option('--every <n|time>', 'one kit for every N checkpoints (5), or at most one per time (90s, 10m, 2h)')
    .option(
      '--on-checkpoint <pattern>',
      'only matching paths trigger a kit, e.g. "checkpoint-*"; the kit holds the other files too',
    )
    .option('--max-cpu <cores>', 'processor time for hashing, in cores, e.g. 0.5')
    .option('--max-read <MB/s>', 'how fast files may be read')
    .option('--quiet <ms>', 'quiet time: how long a file must be unchanged before it is packed', '300');
}
