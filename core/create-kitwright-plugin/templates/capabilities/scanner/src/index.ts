import { definePlugin, type Finding, type Plugin } from '@kitwright/core/plugin';

/** Larger files (bytes) are not read. */
const maxSize = 1024 * 1024;

/** Each part is bounded, so that no text makes the search slow. */
const address = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,24}\b/i;

/** Finds e-mail addresses in datasets, which people should not find in a kit. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('scanner', {
        id: 'my-plugin',
        matches: (name, size) => size <= maxSize && /\.(?:csv|tsv|json|jsonl|txt)$/.test(name),
        scan: (text) => text.split('\n').flatMap(findingsIn),
      });
    },
  });
}

/** Says what was found, never the address itself: it would be in every log. */
function findingsIn(line: string, at: number): readonly Finding[] {
  return address.test(line) ? [{ line: at + 1, what: 'e-mail address' }] : [];
}
