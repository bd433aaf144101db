import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { LayerRole } from '../../oci/mediaTypes.ts';

/** What can be selected: the Kitfile itself, or elements by type and by name or path. */
export type Selectable = 'kitfile' | LayerRole;

interface Filter {
  readonly types: ReadonlySet<Selectable>;
  /** Empty = every name. */
  readonly names: readonly string[];
}

export interface Selection {
  readonly kitfile: boolean;
  readonly selects: (role: LayerRole, name: string | undefined, path: string) => boolean;
}

const typeWords: Readonly<Record<string, readonly Selectable[]>> = {
  kitfile: ['kitfile'],
  model: ['model', 'modelpart'],
  datasets: ['dataset'],
  code: ['code'],
  docs: ['docs'],
  prompts: ['prompt'],
  mcpservers: ['mcpb'],
};

const invalid = (filter: string, why: string): KitwrightError =>
  new KitwrightError('filter-invalid', `Invalid filter ${JSON.stringify(filter)}: ${why}.`, { data: { filter } });

const parseFilter = (filter: string): Filter => {
  const [types = '', names, ...rest] = filter.split(':');
  if (rest.length) throw invalid(filter, 'it has more than one ":"');
  const known = types.split(',').flatMap((word) => {
    const found = Object.hasOwn(typeWords, word) ? typeWords[word] : undefined;
    if (!found) throw invalid(filter, `${JSON.stringify(word)} is none of ${Object.keys(typeWords).join(', ')}`);
    return found;
  });
  return { types: new Set(known), names: names === undefined ? [] : names.split(',') };
};

/** Parses `types[:names]` filters; several are joined by "or", none selects everything. Throws `filter-invalid`. */
export const parseFilters = (filters: readonly string[]): Selection => {
  const parsed = filters.map(parseFilter);
  return {
    kitfile: parsed.length === 0 || parsed.some(({ types }) => types.has('kitfile')),
    selects: (role, name, path) =>
      parsed.length === 0 ||
      parsed.some(
        ({ types, names }) =>
          types.has(role) && (names.length === 0 || names.some((wanted) => wanted === name || wanted === path)),
      ),
  };
};

/** Of a referenced kit only the model is taken. */
export const modelOnly = ({ selects }: Selection): Selection => ({
  kitfile: false,
  selects: (role, name, path) => (role === 'model' || role === 'modelpart') && selects(role, name, path),
});
