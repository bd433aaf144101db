import type { KitEvent, KitEventLayer, TimedEvent } from '../../watching/WatchEvent.ts';

/** A layer of 100 bytes. */
export function layerEvent(path: string, digest: string, more: Partial<KitEventLayer> = {}): KitEventLayer {
  return {
    id: `model ${path}`,
    path,
    digest: `sha256:${digest.repeat(64).slice(0, 64)}`,
    size: 100,
    reused: false,
    changed: [],
    changedCount: 0,
    ...more,
  };
}

/** A kit of one layer; its digest is made of its count. */
export function kitEvent(count: number, more: Partial<KitEvent> = {}): TimedEvent {
  return {
    type: 'kit',
    at: 1_790_000_000_000 + count * 60_000,
    count,
    digest: `sha256:${String(count).repeat(64).slice(0, 64)}`,
    names: [`team/net:run-${count}`],
    bytes: 100,
    bytesHashed: 100,
    elapsed: 20,
    step: null,
    metrics: {},
    checkpoint: null,
    best: false,
    held: [],
    skipped: [],
    odd: [],
    layers: [layerEvent('model.bin', String(count))],
    ...more,
  };
}

export const startEvent: TimedEvent = { type: 'start', at: 1_790_000_000_000, directory: '/project', mode: 'events' };
