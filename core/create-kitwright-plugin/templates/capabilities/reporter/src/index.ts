import { definePlugin, type Plugin } from '@kitwright/core/plugin';

/** `--progress my-plugin`: one line for each layer that is done, and a sum at the end. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('reporter', {
        id: 'my-plugin',
        open: ({ line }) => {
          let [layers, bytes] = [0, 0];
          return {
            event: (event) => {
              if (event.type !== 'layer-done' && event.type !== 'copy-done' && event.type !== 'unpack-done') return;
              layers++;
              bytes += event.bytes;
              line(`${event.type.replace('-done', '')} ${event.layer} ${event.bytes} bytes`);
            },
            failure: ({ code }) => line(`failed: ${code}`),
            close: () => line(`${layers} layers, ${bytes} bytes`),
          };
        },
      });
    },
  });
}
