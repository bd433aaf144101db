import { type CheckpointFiles, type CheckpointProgress, definePlugin, type Plugin } from '@kitwright/core/plugin';

/** The training writes it last, with how far it is: `{ "step": 100, "loss": 0.5 }`. */
const marker = 'DONE.json';

/** Directories `step-N` are checkpoints, complete when `DONE.json` is there; `watch` shows its step and metrics. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('checkpoint', {
        id: 'my-plugin',
        matches: ({ name }) => /^step-\d+$/.test(name),
        check: (files) =>
          progressOf(files)
            ? { state: 'ready' }
            : { state: 'not-yet', reason: `${marker}, which is written last, is not complete yet`, retryAfter: 1000 },
        progress: progressOf,
      });
    },
  });
}

/** Undefined if the marker is not there, or was read while it was written. */
function progressOf({ text }: CheckpointFiles): CheckpointProgress | undefined {
  try {
    const { step, ...rest } = JSON.parse(text(marker) ?? '');
    if (!Number.isSafeInteger(step)) return undefined;
    const metrics = Object.entries(rest).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
    return { step, metrics: Object.fromEntries(metrics) };
  } catch {
    return undefined;
  }
}
