/** Fields in the order of `kit`'s structures: the order of the config JSON and of the YAML that is written back. */
export interface FieldTable {
  readonly fields: readonly (readonly [name: string, type: FieldType])[];
  readonly layer?: boolean;
}

/** The type of a field of the Kitfile. `layer` is set on elements to which `pack` adds `digest` and `diffId`. */
export type FieldType =
  | { readonly kind: 'string'; readonly keepEmpty?: boolean }
  | { readonly kind: 'strings' }
  | { readonly kind: 'any' }
  | { readonly kind: 'struct'; readonly table: FieldTable; readonly keepEmpty?: boolean }
  | { readonly kind: 'list'; readonly table: FieldTable };

const text: FieldType = { kind: 'string' };

const part: FieldTable = { fields: texts('name', 'path', 'license', 'type'), layer: true };

const any: FieldType = { kind: 'any' };

const named: FieldTable = { fields: texts('name', 'path', 'description'), layer: true };

/** The schema of the Kitfile (facts: KitOps 1.15, artifact structures). */
export const kitfileTable: FieldTable = {
  fields: [
    ['manifestVersion', { kind: 'string', keepEmpty: true }],
    [
      'package',
      {
        kind: 'struct',
        keepEmpty: true,
        table: { fields: [...texts('name', 'version', 'description', 'license'), ['authors', { kind: 'strings' }]] },
      },
    ],
    [
      'model',
      {
        kind: 'struct',
        table: {
          fields: [
            ...texts('name', 'path', 'license', 'framework', 'format', 'version', 'description'),
            ['parts', { kind: 'list', table: part }],
            ['parameters', any],
          ],
          layer: true,
        },
      },
    ],
    ['code', { kind: 'list', table: { fields: texts('path', 'description', 'license'), layer: true } }],
    [
      'datasets',
      {
        kind: 'list',
        table: {
          fields: [...texts('name', 'path', 'remotePath', 'remoteHash', 'description', 'license'), ['parameters', any]],
          layer: true,
        },
      },
    ],
    [
      'docs',
      {
        kind: 'list',
        table: { fields: [['path', { kind: 'string', keepEmpty: true }], ...texts('description')], layer: true },
      },
    ],
    ['prompts', { kind: 'list', table: named }],
    ['mcpServers', { kind: 'list', table: named }],
  ],
};

function texts(...names: readonly string[]) {
  return names.map((name) => [name, text] as const);
}
