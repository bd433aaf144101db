import { displayPath, type Plan } from '@kitwright/core/internal';
import { formatSize } from '../output/formatSize.ts';
import { formatTable } from '../output/formatTable.ts';

/** What `--dry-run` prints with `--json`: every file of each layer. */
export function planJson(plan: Plan) {
  return {
    directory: displayPath(plan.directory),
    layers: plan.layers.map(({ entry, files }) => ({
      ...entry,
      files: files.map(({ path, type, fingerprint }) => ({
        path: displayPath(path),
        type,
        size: type === 'file' ? fingerprint.size : 0,
      })),
    })),
  };
}

/** A row for each layer. */
export function planText(plan: Plan): readonly string[] {
  const rows = plan.layers.map(({ entry, files }) => {
    const regular = files.filter(({ type }) => type === 'file');
    const bytes = regular.reduce((sum, { fingerprint }) => sum + fingerprint.size, 0);
    return [entry.role, entry.path, String(regular.length), formatSize(bytes), entry.mediaType];
  });
  return formatTable([['ROLE', 'PATH', 'FILES', 'SIZE', 'MEDIA TYPE'], ...rows]);
}
