import { type Importer, type Kitwright, KitwrightError } from '@kitwright/core/internal';
import { refuseTarget } from './refuseTarget.ts';

/** The named importer, or the first that accepts the location. Throws `usage`. */
export function findImporter(kitwright: Kitwright, location: string, tool: string | undefined): Importer {
  const { capabilities } = kitwright;
  if (tool) return capabilities.get('importer', tool);
  const all = capabilities.all('importer');
  const found = all.find(({ matches }) => matches(location));
  if (found) return found;
  refuseTarget(kitwright, location);
  throw new KitwrightError('usage', `${JSON.stringify(location)} cannot be imported.`, {
    hint: `Name a repository, for example owner/name, or one of the tools with --tool: ${all.map(({ id }) => id).join(', ')}.`,
  });
}
