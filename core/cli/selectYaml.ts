import { type Kitfile, KitwrightError, partYaml } from '@kitwright/core/internal';

/** Two sections go by their names in kit's program. */
const goNames: Readonly<Record<string, string>> = { datasets: 'DataSets', mcpServers: 'MCPServers' };

/** The YAML of one part of a Kitfile, named by a dotted path such as `.package.name`. Throws `usage`. */
export function selectYaml(kitfile: Kitfile, filter: string): string {
  const path = filter.replace(/^\./, '').split('.');
  if (/[[\]]/.test(filter))
    throw new KitwrightError(
      'usage',
      `Cannot filter by ${JSON.stringify(filter)}: "[" selects from an array, which is not supported.`,
    );
  const text = partYaml(kitfile, path);
  if (text !== undefined) return text;
  throw new KitwrightError(
    'usage',
    `Cannot filter by ${JSON.stringify(filter)}: there is no such node in the Kitfile.`,
    path[0] && goNames[path[0]] ? { hint: `As in kit, it is called ${goNames[path[0]]} here.` } : {},
  );
}
