import type { KitwrightError } from '@kitwright/core/internal';
import type { WatchedKit } from '@kitwright/core/internal/builds';
import { namesOf } from '../references.ts';
import { readRun } from '../runs/readRun.ts';
import { bestTag } from './bestKit.ts';
import type { KitEvent, KitEventLayer, MetricValue, WatchEvent } from './WatchEvent.ts';

/** The event of a kit. */
export function kitEvent(watched: WatchedKit): KitEvent {
  const { kit, name, count, bytesHashed, elapsed, checkpoint, progress, held, skipped, odd } = watched;
  const layers = kit.layers.map(
    ({ entry, descriptor, cost }): KitEventLayer => ({
      id: entry.id,
      path: entry.path,
      digest: descriptor.digest,
      size: descriptor.size,
      reused: cost.reused,
      changed: cost.changed,
      changedCount: cost.changedCount,
    }),
  );
  return {
    type: 'kit',
    count,
    digest: kit.root.digest,
    names: name ? namesOf(name) : [],
    bytes: layers.reduce((sum, { size }) => sum + size, 0),
    bytesHashed,
    elapsed: Math.round(elapsed),
    checkpoint: checkpoint ?? null,
    best: name?.extraTags.includes(bestTag) ?? false,
    step: progress?.step ?? null,
    metrics: valuesOf(progress?.metrics ?? {}),
    held,
    skipped,
    odd,
    layers,
    parameters: parametersOf(kit),
  };
}

/** The settings of the training, as its annotations record them. */
function parametersOf({ manifestBytes }: WatchedKit['kit']): Readonly<Record<string, string>> {
  const { annotations = {} } = JSON.parse(Buffer.from(manifestBytes).toString('utf8')) as {
    readonly annotations?: Readonly<Record<string, string>>;
  };
  return Object.fromEntries(Object.entries(readRun(annotations).fields).filter(([name]) => name.startsWith('param.')));
}

function valuesOf(metrics: Readonly<Record<string, number>>): KitEvent['metrics'] {
  const jsonValue = (value: number) => (Number.isFinite(value) ? value : (String(value) as MetricValue));
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, jsonValue(value)]));
}

export function failedEvent({ code, message }: KitwrightError): WatchEvent {
  return { type: 'failed', code, message };
}
