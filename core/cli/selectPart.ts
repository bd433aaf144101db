import { type Kitfile, KitwrightError } from '@kitwright/core/internal';
import { type KitfilePart, kitfilePart } from '@kitwright/core/internal/builds';

/** Two sections have the names of `kit`'s Go fields. */
const goNames: Readonly<Record<string, string>> = { datasets: 'DataSets', mcpServers: 'MCPServers' };

/** One part of a Kitfile, named by a dotted path such as `.package.name`. Throws `usage`. */
export function selectPart(kitfile: Kitfile, filter: string): KitfilePart {
  const path = filter.replace(/^\./, '').split('.');
  if (/[[\]]/.test(filter))
    throw new KitwrightError(
      'usage',
      `Cannot filter by ${JSON.stringify(filter)}: "[" selects from an array, which is not supported.`,
    );
  const part = kitfilePart(kitfile, path);
  if (part !== undefined) return part;
  throw new KitwrightError(
    'usage',
    `Cannot filter by ${JSON.stringify(filter)}: there is no such node in the Kitfile.`,
    path[0] && goNames[path[0]] ? { hint: `As in kit, it is called ${goNames[path[0]]} here.` } : {},
  );
}
