const variable = 'KITWRIGHT_IMPORT_TOKEN';

/**
 * Passes git a token for one host in its environment: it is in no file and no argument, and no other host gets it
 * (git-config, GIT_CONFIG_COUNT; gitcredentials, contexts).
 */
export function withToken(env: Environment, location: string, token: string | undefined): Environment {
  if (!token || !/^https?:/.test(location) || !URL.canParse(location)) return env;
  const { origin } = new URL(location);
  const settings = [
    [`credential.${origin}.username`, 'token'],
    [`credential.${origin}.helper`, ''],
    [`credential.${origin}.helper`, `!f() { test "$1" = get && echo "password=$${variable}"; }; f`],
  ] as const;
  const before = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  const added = settings.flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${before + i}`, key],
    [`GIT_CONFIG_VALUE_${before + i}`, value],
  ]);
  return {
    ...env,
    ...Object.fromEntries(added),
    [variable]: token,
    GIT_CONFIG_COUNT: String(before + settings.length),
  };
}

type Environment = Readonly<Record<string, string | undefined>>;
