import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Schema = { readonly [key: string]: unknown };

/** Validates YAML documents with kubeconform, as an API server would: what it does not know is a mistake. */
export function validateObjects(kubeconform: string, schemas: string, yaml: string) {
  const location = join(schemas, '{{ .ResourceKind }}-{{ .ResourceAPIVersion }}.json');
  const args = ['-strict', '-summary', '-schema-location', location, '-output', 'json', '-'];
  const { status, stdout, stderr } = spawnSync(kubeconform, args, { input: yaml, encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

/** Writes a JSON Schema for each kind of Kubernetes and KServe, out of what their modules say. */
export function writeSchemas(modules: string, folder: string): void {
  writeCustomSchemas(modules, folder);
  const { definitions } = JSON.parse(readFileSync(join(modules, 'swagger.json'), 'utf8')) as {
    readonly definitions: Readonly<Record<string, Schema>>;
  };
  for (const [name, schema] of Object.entries(definitions))
    for (const { kind, version } of (schema['x-kubernetes-group-version-kind'] ?? []) as readonly Kind[])
      if (printed.has(kind)) writeSchema(folder, kind, version, withDefinitions(name, definitions));
}

/** Writes a JSON Schema for each kind that the definitions (CRDs) in a folder make. */
export function writeCustomSchemas(modules: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(modules).filter((name) => name.endsWith('.yaml'))) {
    const { spec } = parse(readFileSync(join(modules, file), 'utf8')) as CustomResource;
    for (const { name, schema } of spec.versions)
      writeSchema(folder, spec.names.kind, name, strictly(schema.openAPIV3Schema));
  }
}

function writeSchema(folder: string, kind: string, version: string, schema: Schema): void {
  writeFileSync(join(folder, `${kind.toLowerCase()}-${version}.json`), JSON.stringify(schema));
}

/** Kinds of Kubernetes itself that we print. */
const printed = new Set(['Deployment', 'Job', 'PersistentVolumeClaim', 'Pod', 'ConfigMap', 'Secret', 'ServiceAccount']);

interface Kind {
  readonly kind: string;
  readonly version: string;
}

interface CustomResource {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** One of the definitions of a swagger file, and those that it needs. */
function withDefinitions(name: string, definitions: Readonly<Record<string, Schema>>): Schema {
  const needed = new Set([name]);
  for (const each of needed)
    for (const [, other = ''] of JSON.stringify(definitions[each]).matchAll(/"#\/definitions\/([^"]+)"/g))
      needed.add(other);
  const used = [...needed].map((each) => [each, strictly(definitions[each] ?? {})] as const);
  return { $ref: `#/definitions/${name}`, definitions: Object.fromEntries(used) };
}

/** An API server that is asked for strict checks refuses fields that it does not know. */
function strictly(schema: Schema): Schema {
  if (schema['format'] === 'int-or-string' || schema['x-kubernetes-int-or-string'])
    return { type: ['integer', 'string'] };
  const all = Object.fromEntries(Object.entries(schema).flatMap(([key, part]) => keyword(key, part)));
  const isOpen = 'additionalProperties' in schema || schema['x-kubernetes-preserve-unknown-fields'];
  return all['properties'] && !isOpen ? { ...all, additionalProperties: false } : all;
}

/** What a validator of JSON Schema must know of a schema. */
function keyword(key: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (key.startsWith('x-') || key === 'default' || key === 'format') return [];
  if (key === 'properties')
    return [
      [
        key,
        Object.fromEntries(Object.entries(value as Schema).map(([name, part]) => [name, strictly(part as Schema)])),
      ],
    ];
  const isSchema = ['items', 'additionalProperties', 'not'].includes(key) && typeof value === 'object';
  if (isSchema) return [[key, strictly(value as Schema)]];
  if (['anyOf', 'allOf', 'oneOf'].includes(key)) return [[key, (value as readonly Schema[]).map(strictly)]];
  return [[key, value]];
}
