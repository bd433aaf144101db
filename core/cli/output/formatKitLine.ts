import { displayRepository, repositoryOf, type WatchedKit } from '@kitwright/core';
import { formatSize } from './formatSize.ts';

const namesOf = ({ name }: WatchedKit): readonly string[] =>
  name ? [name.reference, ...name.extraTags].map((tag) => `${displayRepository(repositoryOf(name))}:${tag}`) : [];

const changesOf = ({ kit, held }: WatchedKit): string => {
  const rebuilt = kit.layers.filter(({ entry, cost }) => !cost.reused && !held.includes(entry.id));
  const parts = rebuilt.map(({ entry, cost }) => {
    const more = cost.changedCount > cost.changed.length ? ` and ${cost.changedCount - cost.changed.length} more` : '';
    return `${entry.path}${cost.changed.length ? ` (${cost.changed.join(', ')}${more})` : ''}`;
  });
  return parts.join('; ') || 'Kitfile';
};

/** One line per kit: what changed, layers rebuilt and reused, bytes hashed, time, digest, tags. */
export const formatKitLine = (watched: WatchedKit): string => {
  const { kit, held, bytesHashed, elapsed, count } = watched;
  const rebuilt = kit.layers.filter(({ entry, cost }) => !cost.reused && !held.includes(entry.id)).length;
  return [
    `kit ${count}`,
    `changed: ${changesOf(watched)}`,
    `${rebuilt} rebuilt, ${kit.layers.length - rebuilt} reused`,
    `${formatSize(bytesHashed)} hashed`,
    `${(elapsed / 1000).toFixed(2)} s`,
    kit.root.digest.slice(0, 19),
    namesOf(watched).join(' '),
    ...(held.length ? [`held: ${held.join(', ')}`] : []),
  ].join('  ');
};

export const kitJson = (watched: WatchedKit): string => {
  const { kit, held, bytesHashed, elapsed, count } = watched;
  const layers = kit.layers.map(({ entry, descriptor, cost }) => ({
    id: entry.id,
    digest: descriptor.digest,
    reused: cost.reused || held.includes(entry.id),
    changed: held.includes(entry.id) ? [] : cost.changed,
  }));
  return JSON.stringify({
    v: 1,
    type: 'kit',
    count,
    digest: kit.root.digest,
    names: namesOf(watched),
    bytesHashed,
    elapsed: Math.round(elapsed),
    held,
    layers,
  });
};
