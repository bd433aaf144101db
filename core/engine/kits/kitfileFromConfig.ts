import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import { type FieldTable, type FieldType, kitfileTable } from '../kitfile/kitfileTable.ts';
import { checkNames, type KnownNames, knownNames } from '../oci/checkNames.ts';
import { isObject, type JsonObject } from '../oci/parseJsonObject.ts';
import { strictJson } from '../oci/strictJson.ts';

/** Restores a Kitfile from the config of a kit. Throws `kit-malformed`. Numbers become float64, as in `kit`. */
export function kitfileFromConfig(bytes: Uint8Array): Kitfile {
  return readStruct(strictJson(bytes, 'config'), kitfileTable, '') as Kitfile;
}

function readStruct(json: JsonObject, table: FieldTable, name: string): JsonObject {
  const text: FieldType = { kind: 'string' };
  const fields = [
    ...table.fields,
    ...(table.layer
      ? ([
          ['digest', text],
          ['diffId', text],
        ] as const)
      : []),
  ];
  checkNames(json, namesOf(table), 'config');
  const values = fields.map(([key, type]) => [key, readField(json[key], type, name ? `${name}.${key}` : key)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

const names = new WeakMap<FieldTable, KnownNames>();

/** `digest` and `diffId` stand beside the fields of an element that has a layer. */
function namesOf(table: FieldTable): KnownNames {
  const known =
    names.get(table) ?? knownNames(...table.fields.map(([key]) => key), ...(table.layer ? ['digest', 'diffId'] : []));
  names.set(table, known);
  return known;
}

function readField(value: unknown, type: FieldType, name: string): unknown {
  if (value === undefined || value === null) return undefined;
  const check = (good: boolean) => {
    if (!good) throw malformed(name);
  };
  switch (type.kind) {
    case 'string':
      check(typeof value === 'string');
      return value;
    case 'any':
      return value;
    case 'strings':
      check(Array.isArray(value) && value.every((item) => typeof item === 'string'));
      return value;
    case 'struct':
      check(isObject(value));
      return readStruct(value as JsonObject, type.table, name);
    case 'list':
      check(Array.isArray(value) && value.every(isObject));
      return (value as readonly JsonObject[]).map((item, index) => readStruct(item, type.table, `${name}.${index}`));
  }
}

function malformed(name: string): KitwrightError {
  return new KitwrightError('kit-malformed', `The config of the kit is not usable: ${name} has the wrong type.`, {
    data: { name },
  });
}
