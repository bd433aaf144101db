import type { KitEventLayer } from '../watching/WatchEvent.ts';

/** What names a layer in all kits: its path, and its section, since the position of a checkpoint changes. */
export function layerName({ id, path }: Pick<KitEventLayer, 'id' | 'path'>): string {
  return `${id.replace(/\.\d+$/, '')} ${path}`;
}
