import { escapeControls, KitwrightError } from '@kitwright/core/internal';
import { hiddenValue, isSecretName, looksSecret } from '../runs/commandText.ts';

/** Variables that change what a build or a training gives, and never hold a secret. */
const usual = [
  ...['SOURCE_DATE_EPOCH', 'PYTHONHASHSEED', 'CUBLAS_WORKSPACE_CONFIG', 'CUDA_VISIBLE_DEVICES'],
  ...['NVIDIA_TF32_OVERRIDE', 'OMP_NUM_THREADS', 'WORLD_SIZE'],
] as const;

/** Characters of a value that are kept. */
const maxValue = 1024;

/**
 * The variables that provenance records: those above, and those that somebody named; never another one. A value that looks
 * like a secret is hidden. Throws `usage` for a name that says that its value is one.
 */
export function recordedEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  named: readonly string[],
): Readonly<Record<string, string>> {
  const secret = named.find(isSecretName);
  if (secret !== undefined)
    throw new KitwrightError('usage', `${secret} looks like a secret, and provenance is for everybody to read.`);
  return Object.fromEntries(
    [...new Set([...usual, ...named])].flatMap((name) => {
      const value = env[name];
      if (value === undefined) return [];
      return [[name, looksSecret(value) ? hiddenValue : escapeControls(value).slice(0, maxValue)] as const];
    }),
  );
}
