import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { patternTest } from '../files/patterns/compilePattern.ts';
import type { LayerRole } from '../oci/mediaTypes.ts';

export interface Selection {
  readonly kitfile: boolean;
  readonly selects: (role: LayerRole, name: string | undefined, path: string) => boolean;
}

/** Parses `types[:names]` filters; several are joined by "or", none selects everything. Throws `filter-invalid`. */
export function parseFilters(filters: readonly string[]): Selection {
  const parsed = filters.map(parseFilter);
  return {
    kitfile: parsed.length === 0 || parsed.some(({ types }) => types.has('kitfile')),
    selects: (role, name, path) => {
      // A path with a colon begins with "./" in the config.
      const known = [...(name === undefined ? [] : [name]), path, path.replace(/^\.\/(?=.*[:@])/, '')];
      return (
        parsed.length === 0 ||
        parsed.some(
          ({ types, names }) => types.has(role) && (names.length === 0 || names.some((matches) => known.some(matches))),
        )
      );
    },
  };
}

interface Filter {
  readonly types: ReadonlySet<Selectable>;
  /** Empty = every name. */
  readonly names: readonly ((text: string) => boolean)[];
}

/** What can be selected: the Kitfile itself, or elements by type and by name or path. */
export type Selectable = 'kitfile' | LayerRole;

const typeWords: Readonly<Record<string, readonly Selectable[]>> = {
  kitfile: ['kitfile'],
  model: ['model', 'modelpart'],
  datasets: ['dataset'],
  code: ['code'],
  docs: ['docs'],
  prompts: ['prompt'],
  mcpservers: ['mcpb'],
};

function parseFilter(filter: string): Filter {
  const colon = filter.indexOf(':');
  const types = colon < 0 ? filter : filter.slice(0, colon);
  const known = types.split(',').flatMap((word) => {
    const found = Object.hasOwn(typeWords, word) ? typeWords[word] : undefined;
    if (!found) throw invalid(filter, `${JSON.stringify(word)} is none of ${Object.keys(typeWords).join(', ')}`);
    return found;
  });
  return {
    types: new Set(known),
    names:
      colon < 0
        ? []
        : filter
            .slice(colon + 1)
            .split(',')
            .map((name) => nameTest(filter, name)),
  };
}

function invalid(filter: string, why: string): KitwrightError {
  return new KitwrightError('filter-invalid', `Invalid filter ${JSON.stringify(filter)}: ${why}.`, {
    data: { filter },
  });
}

const globPrefix = 'glob:';

/** `kit` compares whole names; ours may be globs, which say that they are. */
function nameTest(filter: string, text: string): (name: string) => boolean {
  if (!text.startsWith(globPrefix)) {
    if (text.includes(':')) throw invalid(filter, 'it has more than one ":"; a name with one is written glob:NAME');
    return (name) => name === text;
  }
  try {
    return patternTest(text.slice(globPrefix.length));
  } catch (error) {
    throw invalid(filter, `${JSON.stringify(text)} is no pattern: ${messageOf(error)}`);
  }
}

/** Of a referenced kit only the model is taken. */
export function modelOnly({ selects }: Selection): Selection {
  return {
    kitfile: false,
    selects: (role, name, path) => (role === 'model' || role === 'modelpart') && selects(role, name, path),
  };
}

/** Of a kit that a dataset stands for, its datasets are taken. */
export const datasetsOnly: Selection = { kitfile: false, selects: (role) => role === 'dataset' };
