import { type FieldTable, type FieldType, kitfileTable } from './kitfileTable.ts';

/** The JSON Schema (draft-07, which editors read) of a Kitfile, made from the same table that reads Kitfiles. */
export function kitfileSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Kitfile',
    ...tableSchema(kitfileTable),
  };
}

type Schema = Readonly<Record<string, unknown>>;

const words: Readonly<Record<string, string>> = {
  manifestVersion: 'Version of the Kitfile format: 1.0.0.',
  package: 'What the kit is, who made it, under which licence.',
  model: 'The model: a file, a directory, or a reference to another kit.',
  parts: 'Further files of the model: shards, adapters, tokenizers.',
  parameters: 'Anything; kept as it is.',
  path: 'Relative to the Kitfile.',
  remotePath:
    'Where the data is if it is not packed: a URL of S3, or one that a plugin reads, or a reference to a kit.',
  remoteHash: 'What the data is: the ETag of an S3 object, or what the plugin of its scheme compares.',
};

function tableSchema({ fields }: FieldTable): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      fields.map(([name, type]) => [
        name,
        { ...typeSchema(type), ...(words[name] ? { description: words[name] } : {}) },
      ]),
    ),
  };
}

function typeSchema(type: FieldType): Schema {
  switch (type.kind) {
    case 'string':
      return { type: ['string', 'number', 'boolean'] };
    case 'strings':
      return { type: 'array', items: { type: 'string' } };
    case 'any':
      return {};
    case 'struct':
      return tableSchema(type.table);
    case 'list':
      return { type: 'array', items: tableSchema(type.table) };
  }
}
