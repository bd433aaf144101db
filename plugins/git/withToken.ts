import { withSettings } from './withSettings.ts';

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
  return { ...withSettings(env, settings), [variable]: token };
}

type Environment = Readonly<Record<string, string | undefined>>;
