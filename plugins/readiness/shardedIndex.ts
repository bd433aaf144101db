import { parseTrainerJson, type Readiness, type ReadinessAnswer, type ReadinessFile } from '@kitwright/core/plugin';
import { broken, notYet, ready } from './answers.ts';

const maxIndex = 64 * 1024 * 1024;

/** `*.safetensors.index.json`, `*.bin.index.json`: every shard that it names must exist. */
export const shardedIndex: Readiness = {
  id: 'sharded-index',
  matches: (name) => /\.(?:safetensors|bin)\.index\.json$/.test(name),
  check,
};

function check({ size, read, sizeOf }: ReadinessFile): ReadinessAnswer {
  if (size > maxIndex) return broken('it is larger than an index can be');
  const shards = shardsOf(read(0, size));
  if (!shards) return notYet('its JSON is not complete yet');
  const missing = shards.filter((name) => /^[^/\\]+$/.test(name) && sizeOf(name) === undefined);
  return missing.length
    ? notYet(`${missing.length} of its ${shards.length} shards are missing, e.g. ${missing[0]}`)
    : ready;
}

function shardsOf(bytes: Buffer): readonly string[] | undefined {
  try {
    const { weight_map: map } = parseTrainerJson(bytes.toString('utf8')) as {
      weight_map?: Readonly<Record<string, unknown>>;
    };
    const names = [...new Set(Object.values(map ?? {}))];
    return names.every((name): name is string => typeof name === 'string') ? names : undefined;
  } catch {
    return undefined;
  }
}
