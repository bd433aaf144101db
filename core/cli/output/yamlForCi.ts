import { holdsCommand, isReadByCi } from './ciCommands.ts';
import { jsonText } from './createResults.ts';

/** YAML of a value; where a CI system that reads it would find a command in it, JSON, which is YAML too. */
export function yamlForCi(yaml: string, value: unknown, env: Readonly<Record<string, string | undefined>>): string {
  return isReadByCi(env) && holdsCommand(yaml) ? jsonText(value) : yaml;
}
