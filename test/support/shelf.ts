/** A target as somebody else writes it: `shelf:FOLDER[:TAG]`, a file for each blob and each tag. */
export const shelf = `
import { mkdirSync, readFileSync, existsSync, writeFileSync, appendFileSync, readdirSync, rmSync, renameSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const open = (location) => {
  const [folder, ...references] = location.split(/:(?=[^/]*$)/);
  mkdirSync(join(folder, 'tags'), { recursive: true });
  const blob = ({ digest }) => join(folder, digest.replace(':', '-'));
  const tagFile = (tag) => join(folder, 'tags', tag);
  const target = {
    name: 'shelf ' + folder,
    complete: false,
    exists: async (descriptor) => existsSync(blob(descriptor)),
    async *fetch(descriptor, { start = 0, end = descriptor.size } = {}) {
      yield readFileSync(blob(descriptor)).subarray(start, end);
    },
    async push(descriptor, content) {
      const draft = blob(descriptor) + '.draft';
      const hash = createHash('sha256');
      writeFileSync(draft, '');
      await content.read({ start: 0, end: descriptor.size }, (bytes) => {
        hash.update(bytes);
        appendFileSync(draft, bytes);
      });
      if ('sha256:' + hash.digest('hex') !== descriptor.digest) throw new Error('damaged');
      renameSync(draft, blob(descriptor));
    },
    resolve: async (_, reference) => existsSync(tagFile(reference)) ? JSON.parse(readFileSync(tagFile(reference), 'utf8')) : undefined,
    tag: async (descriptor, _, tag) => tag && writeFileSync(tagFile(tag), JSON.stringify(descriptor)),
    async *tags() { yield* readdirSync(join(folder, 'tags')); },
    untag: async (tag) => rmSync(tagFile(tag)),
    delete: async () => {},
  };
  return { target, repository: '', references };
};

export default {
  name: 'shelf',
  apiVersion: 1,
  apply({ register }) { register('target', { id: 'shelf', open }); },
};
`;
