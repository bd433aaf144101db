import type { JsonValue } from '@kitwright/core/internal';
import { valueYaml } from '@kitwright/core/internal/builds';
import type { KubernetesObject } from './ManifestRequest.ts';

/** Objects as a stream of YAML documents, after lines for people. */
export function manifestText(objects: readonly KubernetesObject[], notes: readonly string[]): string {
  const head = notes.map((note) => `# ${note}\n`).join('');
  return head + objects.map((object) => valueYaml(object as unknown as JsonValue)).join('---\n');
}
