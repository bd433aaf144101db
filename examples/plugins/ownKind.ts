import { definePlugin } from '@kitwright/core/plugin';

/** Who is told of a kit. */
export interface Notifier {
  readonly id: string;
  readonly notify: (digest: string) => Promise<void>;
}

declare module '@kitwright/core/plugin' {
  interface Capabilities {
    notifier: Notifier;
  }
}

/** Declares a kind of capability of its own, which other plugins register. */
export const notifying = definePlugin({
  name: 'notifying',
  apiVersion: 1,
  apply({ hooks, declare, capabilities }) {
    declare('notifier', ['notify']);
    hooks.build.tap(({ hooks: build }) => {
      build.stored.tap(async ({ root }) => {
        await Promise.all(capabilities.all('notifier').map(({ notify }) => notify(root.digest)));
      });
    });
  },
});

/** A plugin of somebody else, named after the one above. */
export const remembering = (digests: string[]) =>
  definePlugin({
    name: 'remembering',
    apiVersion: 1,
    apply({ register }) {
      register('notifier', { id: 'memory', notify: async (digest) => void digests.push(digest) });
    },
  });
