import { definePlugin, type Plugin } from '@kitwright/core/plugin';

/** Says with `-v` which hosts plugins ask, and what they answer: the network that there is, wrapped. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ wrap, context }) {
      wrap('network', 'default', (inner) => ({
        ...inner,
        fetch: async (input, init) => {
          const { method, url } = new Request(input, { method: init?.method ?? 'GET' });
          const response = await inner.fetch(input, init);
          // The host alone: paths, queries and headers may hold secrets.
          context.logger.debug(`${method} ${new URL(url).host}: ${response.status}`);
          return response;
        },
      }));
    },
  });
}
