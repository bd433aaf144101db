import type { JsonValue, Referrer } from '@kitwright/core/internal';
import { formatSize } from '../output/formatSize.ts';

/** One referrer, for `--json`. */
export function referrerJson({ descriptor, tag }: Referrer): Readonly<Record<string, JsonValue>> {
  const { mediaType, digest, size, artifactType, annotations } = descriptor;
  return {
    digest,
    mediaType,
    size,
    artifactType: artifactType ?? '',
    ...(annotations ? { annotations } : {}),
    ...(tag === undefined ? {} : { tag }),
  };
}

/** The referrers of one manifest, each with its own. */
export function referrerTree(referrers: readonly Referrer[], subject: string): readonly JsonValue[] {
  return referrers
    .filter((referrer) => referrer.subject === subject)
    .map((referrer) => ({
      ...referrerJson(referrer),
      referrers: referrerTree(referrers, referrer.descriptor.digest) as JsonValue[],
    }));
}

/** The same as lines, with branches. */
export function treeLines(referrers: readonly Referrer[], subject: string, indent = ''): readonly string[] {
  const here = referrers.filter((referrer) => referrer.subject === subject);
  return here.flatMap((referrer, at) => {
    const isLast = at === here.length - 1;
    return [
      `${indent}${isLast ? '└── ' : '├── '}${lineOf(referrer)}`,
      ...treeLines(referrers, referrer.descriptor.digest, `${indent}${isLast ? '    ' : '│   '}`),
    ];
  });
}

function lineOf({ descriptor: { artifactType, digest, size }, tag }: Referrer): string {
  return `${artifactType} ${digest} ${formatSize(size)}${tag === undefined ? '' : ` ${tag}`}`;
}

/** How many referrers of each type. */
export function referrerCounts(referrers: readonly Referrer[]): Readonly<Record<string, number>> {
  const types = Map.groupBy(referrers, ({ descriptor }) => descriptor.artifactType ?? '');
  return Object.fromEntries([...types].map(([type, of]) => [type, of.length]).sort());
}

/** `2 application/spdx+json, 1 ...`. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([type, count]) => `${count} ${type}`);
  return parts.join(', ') || 'none';
}

/** The number of all, and by type. */
export function countsJson(counts: Readonly<Record<string, number>>): JsonValue {
  return { count: Object.values(counts).reduce((sum, count) => sum + count, 0), types: counts };
}
