import type { JsonValue } from '../errors/JsonValue.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import { type FieldTable, type FieldType, kitfileTable } from '../kitfile/kitfileTable.ts';
import { Fields, type JsonNode } from '../oci/goJson.ts';

/** The config of a kit: the Kitfile in `kit`'s field order; empty fields are left out, `package` never. */
export function configFields(kitfile: Kitfile): Fields {
  return structOf(kitfile as Plain, kitfileTable);
}

type Plain = Readonly<Record<string, unknown>>;

function structOf(value: Plain, table: FieldTable): Fields {
  return new Fields([
    ...table.fields.map(([name, type]) => [name, nodeOf(value[name], type)] as const),
    ...(table.layer
      ? (['digest', 'diffId'] as const).map((name) => [name, value[name] as string | undefined] as const)
      : []),
  ]);
}

function nodeOf(value: unknown, type: FieldType): JsonNode | undefined {
  switch (type.kind) {
    case 'string':
      return value || type.keepEmpty ? ((value as string | undefined) ?? '') : undefined;
    case 'any':
      return value as JsonValue | undefined;
    case 'strings':
      return (value as readonly string[] | undefined)?.length ? (value as readonly string[]) : undefined;
    case 'struct':
      return value || type.keepEmpty ? structOf((value ?? {}) as Plain, type.table) : undefined;
    case 'list': {
      const items = value as readonly Plain[] | undefined;
      return items?.length ? items.map((item) => structOf(item, type.table)) : undefined;
    }
  }
}
