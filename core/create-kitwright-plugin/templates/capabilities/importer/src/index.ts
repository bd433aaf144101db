import { definePlugin, KitwrightError, type Plugin } from '@kitwright/core/plugin';
import { openMirror } from './openMirror.ts';

/** `kitwright import my-plugin:https://host/folder`: files on a web server that an `index.json` lists. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('importer', {
        id: 'my-plugin',
        matches: (location) => location.startsWith(prefix),
        repositoryOf: (location) => repositoryOf(urlOf(location)),
        open: (request, context) => {
          const url = urlOf(request.location);
          return openMirror(url, repositoryOf(url), request, context);
        },
      });
    },
  });
}

const prefix = 'my-plugin:';

/** The folder; what is secret in an address is refused, because addresses are shown. */
function urlOf(location: string): URL {
  const url = URL.parse(location.slice(prefix.length));
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search)
    throw new KitwrightError('usage', `An import reads ${prefix}https://host/folder, without a login or a query.`);
  url.pathname = url.pathname.replace(/\/*$/, '/');
  return url;
}

/** The last two words of the address: `owner/name`. */
function repositoryOf({ host, pathname }: URL): string {
  const words = [host.replaceAll(':', '-'), ...pathname.split('/').filter(Boolean)];
  return words.length > 1 ? words.slice(-2).join('/') : `${words[0]}/root`;
}
