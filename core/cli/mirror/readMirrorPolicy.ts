import { parseReferrerFilter } from '@kitwright/core/internal';
import { checkMirrorPolicy } from '../config/checkConfig.ts';
import type { MirrorPolicy } from '../config/mirrorSchema.ts';
import { readPolicyFile } from '../config/readPolicyFile.ts';

/** Reads a policy of `mirror`: YAML or JSON. Throws `config-invalid`, `file-unreadable`, `usage`. */
export async function readMirrorPolicy(path: string): Promise<MirrorPolicy> {
  const { file, value } = await readPolicyFile(path);
  const policy = await checkMirrorPolicy(value, file);
  parseReferrerFilter(policy.referrers);
  return policy;
}
