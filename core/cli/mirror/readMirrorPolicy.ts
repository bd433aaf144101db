import { resolve } from 'node:path';
import { KitwrightError, parseReferrerFilter, readPlainFile } from '@kitwright/core/internal';
import { checkMirrorPolicy } from '../config/checkConfig.ts';
import type { MirrorPolicy } from '../config/mirrorSchema.ts';
import { isProgram, readConfigFile } from '../config/readConfigFile.ts';

const maxBytes = 1024 * 1024;

/** Reads a policy of `mirror`: YAML or JSON. Throws `config-invalid`, `file-unreadable`, `usage`. */
export async function readMirrorPolicy(path: string): Promise<MirrorPolicy> {
  const file = resolve(path);
  if (isProgram(file))
    throw new KitwrightError('config-invalid', 'A policy is data: YAML or JSON.', { source: { file } });
  const value = await readConfigFile({ path: file, bytes: readPlainFile(file, maxBytes) });
  const policy = await checkMirrorPolicy(value, file);
  parseReferrerFilter(policy.referrers);
  return policy;
}
