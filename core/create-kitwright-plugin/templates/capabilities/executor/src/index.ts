import { definePlugin, type LayerPool, type Plugin } from '@kitwright/core/plugin';

/** What the config may set. */
export interface Options {
  /** How many layers are hashed at once; one by default. */
  readonly atOnce?: number;
}

/** `--executor my-plugin`: hashes one layer after the other, for disks that are slow when many files are read at once. */
export default function plugin({ atOnce = 1 }: Options = {}): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('executor', {
        id: 'my-plugin',
        open: (_options, local) => ({ ...local, hash: limited(atOnce, local.hash) }),
      });
    },
  });
}

/** The same function, of which at most so many calls run at once; the others wait in their order. */
function limited(atOnce: number, hash: LayerPool['hash']): LayerPool['hash'] {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await hash(job);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
