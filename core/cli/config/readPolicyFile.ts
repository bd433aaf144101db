import { resolve } from 'node:path';
import { KitwrightError, readPlainFile } from '@kitwright/core/internal';
import { isProgram, readConfigFile } from './readConfigFile.ts';

const maxBytes = 1024 * 1024;

/**
 * Reads a file that a flag or an argument names, of rules or of a mirror, with its absolute path: YAML or JSON, nothing of
 * it runs. Throws `config-invalid`, `file-unreadable`.
 */
export async function readPolicyFile(path: string): Promise<{ readonly file: string; readonly value: unknown }> {
  const file = resolve(path);
  if (isProgram(file))
    throw new KitwrightError('config-invalid', 'A policy is data: YAML or JSON.', { source: { file } });
  return { file, value: await readConfigFile({ path: file, bytes: readPlainFile(file, maxBytes) }) };
}
