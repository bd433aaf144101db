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

/** Most fields are not there: nothing is made for them, since `list` reads hundreds of Kitfiles. */
function readStruct(json: JsonObject, table: FieldTable, name: string): JsonObject {
  const { fields, names } = formOf(table);
  checkNames(json, names, 'config');
  const values: [string, unknown][] = [];
  for (const [key, type] of fields) {
    const value = json[key];
    if (value === undefined || value === null) continue;
    values.push([key, readField(value, type, name ? `${name}.${key}` : key)]);
  }
  return Object.fromEntries(values);
}

interface Form {
  readonly fields: FieldTable['fields'];
  readonly names: KnownNames;
}

const forms = new WeakMap<FieldTable, Form>();
const text: FieldType = { kind: 'string' };

/** `digest` and `diffId` stand beside the fields of an element that has a layer. */
function formOf(table: FieldTable): Form {
  const known = forms.get(table);
  if (known) return known;
  const fields: FieldTable['fields'] = table.layer
    ? [...table.fields, ['digest', text], ['diffId', text]]
    : table.fields;
  const form = { fields, names: knownNames(...fields.map(([key]) => key)) };
  forms.set(table, form);
  return form;
}

function readField(value: unknown, type: FieldType, name: string): unknown {
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
