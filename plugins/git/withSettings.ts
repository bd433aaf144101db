type Environment = Readonly<Record<string, string | undefined>>;

/** Adds settings to those that an environment gives git: they are in no file and no argument (git-config(1), GIT_CONFIG_COUNT). */
export function withSettings(env: Environment, settings: readonly (readonly [string, string])[]): Environment {
  const before = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  const added = settings.flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${before + i}`, key],
    [`GIT_CONFIG_VALUE_${before + i}`, value],
  ]);
  return { ...env, ...Object.fromEntries(added), GIT_CONFIG_COUNT: String(before + settings.length) };
}
