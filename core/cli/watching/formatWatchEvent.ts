import { formatSize } from '../output/formatSize.ts';
import type { Lines } from '../output/Output.ts';
import type { KitEvent, KitEventLayer, WatchEvent } from './WatchEvent.ts';

/** The text of an event for people; undefined or no lines if there is none. `isShort` between lines of a training. */
export function formatWatchEvent(event: WatchEvent, isShort = false): Lines | undefined {
  switch (event.type) {
    case 'kit':
      return isShort ? formatShortKit(event) : formatKit(event);
    case 'unchanged':
      return `unchanged: the files are those of ${event.digest.slice(0, 19)}, the last kit of this name`;
    case 'waiting':
      return event.waiting.map(({ path, reason }) => `waiting for ${path}: ${reason}`);
    case 'pushed':
      return `kit ${event.count}  pushed to ${event.names.join(' ')}`;
    case 'push-failed':
      return event.retry === null
        ? `kit ${event.count} was not pushed. It is kept for the next watch.`
        : `kit ${event.count} was not pushed. The next try is in ${seconds(event.retry)}, or with the next kit.`;
    case 'sign-failed':
      return `kit ${event.count} was not signed: ${event.message}`;
    case 'ran':
      return event.status === 0 ? undefined : `the command for kit ${event.count} ended with status ${event.status}`;
    default:
      return undefined;
  }
}

/** `kit 6  checkpoint-50  eval_loss 3.46 (best)  16.0 MiB of 32.0 MiB hashed  0.07 s  -> run-6-50` */
function formatShortKit(event: KitEvent): string {
  const { checkpoint, elapsed, names, count } = event;
  return [
    `kit ${count}`,
    ...(checkpoint === null ? [] : [checkpoint.slice(checkpoint.lastIndexOf('/') + 1)]),
    ...shownMetric(event),
    hashedText(event),
    `${(elapsed / 1000).toFixed(2)} s`,
    ...(names.length ? [`-> ${names.at(-1)?.replace(/^.*:/, '')}`] : []),
    ...skippedText(event),
  ].join('  ');
}

/** The metric that says most: of an evaluation, else a loss, else the first. */
function shownMetric({ metrics, best }: KitEvent): readonly string[] {
  const names = Object.keys(metrics);
  const name =
    names.find((one) => /^(?:eval|val)_loss$/.test(one)) ?? names.find((one) => /loss/.test(one)) ?? names[0];
  if (name === undefined) return best ? ['(best)'] : [];
  const value = metrics[name];
  const shown = typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
  return [`${name} ${shown}${best ? ' (best)' : ''}`];
}

/** Less than the size of the layers, if a midstate replaced hashing their beginning. */
function hashedText({ layers, bytesHashed }: KitEvent): string {
  const rebuilt = layers.filter(({ reused }) => !reused).reduce((sum, { size }) => sum + size, 0);
  return `${formatSize(bytesHashed)}${bytesHashed < rebuilt ? ` of ${formatSize(rebuilt)}` : ''} hashed`;
}

function skippedText({ skipped }: KitEvent): readonly string[] {
  return skipped.length ? [`in no kit: ${skipped.join(', ')}`] : [];
}

/** One line per kit: what changed, layers rebuilt and reused, bytes hashed, time, digest, tags. */
function formatKit(event: KitEvent): string {
  const { layers, elapsed, digest, names, held, count, best } = event;
  const rebuilt = layers.filter(({ reused }) => !reused);
  return [
    `kit ${count}`,
    `changed: ${rebuilt.map(shownLayer).join('; ') || 'Kitfile'}`,
    `${rebuilt.length} rebuilt, ${layers.length - rebuilt.length} reused`,
    hashedText(event),
    `${(elapsed / 1000).toFixed(2)} s`,
    digest.slice(0, 19),
    names.join(' '),
    ...(best ? ['(best)'] : []),
    ...(held.length ? [`held: ${held.join(', ')}`] : []),
    ...skippedText(event),
  ].join('  ');
}

function shownLayer({ path, changed, changedCount }: KitEventLayer): string {
  const more = changedCount > changed.length ? ` and ${changedCount - changed.length} more` : '';
  return `${path}${changed.length ? ` (${changed.join(', ')}${more})` : ''}`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
