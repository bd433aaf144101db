import { type Kitfile, KitwrightError, partYaml } from '@kitwright/core';

/** The YAML of one part of a Kitfile, named by a dotted path such as `.package.name`. Throws `usage`. */
export const selectYaml = (kitfile: Kitfile, filter: string): string => {
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
  );
};
