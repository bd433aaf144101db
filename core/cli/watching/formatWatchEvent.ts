import { formatSize } from '../output/formatSize.ts';
import type { Lines } from '../output/Output.ts';
import type { KitEvent, KitEventLayer, WatchEvent } from './WatchEvent.ts';

/** The text of an event for people; undefined or no lines if there is none. */
export function formatWatchEvent(event: WatchEvent): Lines | undefined {
  switch (event.type) {
    case 'kit':
      return formatKit(event);
    case 'waiting':
      return event.waiting.map(({ path, reason }) => `waiting for ${path}: ${reason}`);
    case 'pushed':
      return `kit ${event.count}  pushed to ${event.names.join(' ')}`;
    case 'push-failed':
      return event.retry === null
        ? `kit ${event.count} was not pushed. It is kept for the next watch.`
        : `kit ${event.count} was not pushed. The next try is in ${seconds(event.retry)}, or with the next kit.`;
    case 'ran':
      return event.status === 0 ? undefined : `the command for kit ${event.count} ended with status ${event.status}`;
    default:
      return undefined;
  }
}

/** One line per kit: what changed, layers rebuilt and reused, bytes hashed, time, digest, tags. */
function formatKit(event: KitEvent): string {
  const { layers, bytesHashed, elapsed, digest, names, held, skipped, count } = event;
  const rebuilt = layers.filter(({ reused }) => !reused);
  const rebuiltBytes = rebuilt.reduce((sum, { size }) => sum + size, 0);
  return [
    `kit ${count}`,
    `changed: ${rebuilt.map(shownLayer).join('; ') || 'Kitfile'}`,
    `${rebuilt.length} rebuilt, ${layers.length - rebuilt.length} reused`,
    // Less than the size of the layers, because a midstate replaced hashing their beginning.
    `${formatSize(bytesHashed)}${bytesHashed < rebuiltBytes ? ` of ${formatSize(rebuiltBytes)}` : ''} hashed`,
    `${(elapsed / 1000).toFixed(2)} s`,
    digest.slice(0, 19),
    names.join(' '),
    ...(held.length ? [`held: ${held.join(', ')}`] : []),
    ...(skipped.length ? [`in no kit: ${skipped.join(', ')}`] : []),
  ].join('  ');
}

function shownLayer({ path, changed, changedCount }: KitEventLayer): string {
  const more = changedCount > changed.length ? ` and ${changedCount - changed.length} more` : '';
  return `${path}${changed.length ? ` (${changed.join(', ')}${more})` : ''}`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
