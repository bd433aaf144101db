import { KitwrightError } from '@kitwright/core/internal';
import type { MirrorPolicy } from './mirrorSchema.ts';
import type { CheckedConfig, CheckedPolicy, CheckedUserConfig } from './schema.ts';

/** Checks the config of a project. Throws `config-invalid`, with all mistakes, and `config-refused`. */
export async function checkConfig(value: unknown, path: string): Promise<CheckedConfig> {
  const { configSchema, trafficKeys } = await import('./schema.ts');
  const refused = Object.keys(value ?? {}).find((key) => trafficKeys.has(key));
  if (refused !== undefined) throw trafficRefused(refused, path);
  return dataOf(configSchema.safeParse(value ?? {}), path);
}

/** Checks the user's own config. Throws `config-invalid`, with all mistakes. */
export async function checkUserConfig(value: unknown, path: string): Promise<CheckedUserConfig> {
  const { userConfigSchema } = await import('./schema.ts');
  return dataOf(userConfigSchema.safeParse(value ?? {}), path);
}

/** Checks a file of rules. Throws `config-invalid`, with all mistakes. */
export async function checkPolicyFile(value: unknown, path: string): Promise<CheckedPolicy> {
  const { policySchema } = await import('./schema.ts');
  return dataOf(policySchema.safeParse(value ?? {}), path);
}

/** Checks a policy of `mirror`. Throws `config-invalid`, with all mistakes. */
export async function checkMirrorPolicy(value: unknown, path: string): Promise<MirrorPolicy> {
  const { mirrorSchema } = await import('./mirrorSchema.ts');
  return dataOf(mirrorSchema.safeParse(value ?? {}), path);
}

/** If these settings were ignored with a warning, private data might take another way: it is safer to send nothing. */
function trafficRefused(key: string, path: string): KitwrightError {
  return new KitwrightError('config-refused', `${key}: only the user may decide where credentials and traffic go.`, {
    data: { key },
    source: { file: path },
  });
}

/** One issue of the library. */
type Checked<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function dataOf<T>(result: Checked<T>, path: string): T {
  if (result.success) return result.data;
  const [first, ...others] = result.error.issues.map(
    ({ path: at, message }) =>
      new KitwrightError('config-invalid', `${at.length ? `${at.join('.')}: ` : ''}${message}.`, {
        source: { file: path },
      }),
  );
  throw new KitwrightError('config-invalid', first?.message ?? 'The config is not usable.', {
    source: { file: path },
    others,
  });
}
