import { KitwrightError } from '@kitwright/core/internal';
import { type Command, InvalidArgumentError } from 'commander';
import type { Project } from '../Session.ts';
import type { CheckedUserConfig } from './schema.ts';

export const settings: readonly Setting[] = [
  { key: 'compression', env: 'KITWRIGHT_COMPRESSION', read: text, config: ({ compression }) => compression },
  { key: 'layerFormat', env: 'KITWRIGHT_LAYER_FORMAT', read: text, config: ({ layerFormat }) => layerFormat },
  { key: 'layers', env: 'KITWRIGHT_LAYERS', read: text, config: ({ layers }) => layers },
  { key: 'capture', env: 'KITWRIGHT_CAPTURE', read: text, config: ({ capture }) => capture },
  { key: 'logLevel', env: 'KITWRIGHT_LOG_LEVEL', read: text, config: ({ logLevel }) => logLevel },
  { key: 'executor', env: 'KITWRIGHT_EXECUTOR', read: text, config: ({ executor }) => executor },
  { key: 'progress', env: 'KITWRIGHT_PROGRESS', read: text, config: ({ progress }) => progress },
  {
    key: 'concurrency',
    env: 'KITWRIGHT_CONCURRENCY',
    read: count('KITWRIGHT_CONCURRENCY'),
    config: ({ concurrency }) => concurrency,
  },
  {
    key: 'plainHttp',
    env: 'KITWRIGHT_PLAIN_HTTP',
    read: truth('KITWRIGHT_PLAIN_HTTP'),
    config: ({ plainHttp }) => plainHttp,
  },
  {
    key: 'tlsVerify',
    env: 'KITWRIGHT_TLS_VERIFY',
    read: truth('KITWRIGHT_TLS_VERIFY'),
    config: ({ tlsVerify }) => tlsVerify,
  },
  { key: 'tlsCert', env: 'KITWRIGHT_TLS_CERT', read: words, config: ({ tlsCert }) => tlsCert, everywhere: true },
  {
    key: 'allowRegistry',
    env: 'KITWRIGHT_ALLOW_REGISTRY',
    read: words,
    config: ({ allowRegistry }) => allowRegistry,
    everywhere: true,
  },
  { key: 'attestEnv', env: 'KITWRIGHT_ATTEST_ENV', read: words, config: ({ attestEnv }) => attestEnv },
  { key: 'proxy', env: 'KITWRIGHT_PROXY', read: text, config: ({ proxy }) => proxy, everywhere: true },
  { key: 'tagTemplate', env: 'KITWRIGHT_TAG_TEMPLATE', read: text, config: ({ tagTemplate }) => tagTemplate },
  {
    key: 'quiet',
    env: 'KITWRIGHT_QUIET',
    read: text,
    config: ({ quiet }) => (quiet === undefined ? undefined : String(quiet)),
  },
];

/** A flag that may also come from the environment or the config file. */
interface Setting {
  /** The flag's name in camel case. */
  readonly key: string;
  readonly env: string;
  readonly read: (text: string) => unknown;
  readonly config: (config: Partial<CheckedUserConfig>) => unknown;
  /** Also applies to commands without the flag: an import uses the proxy too. */
  readonly everywhere?: boolean;
}

function text(value: string): unknown {
  return value;
}

function count(name: string) {
  return (value: string): unknown => {
    if (/^\d{1,9}$/.test(value)) return Number(value);
    throw new KitwrightError('usage', `${name} must be a whole number, not ${JSON.stringify(value)}.`);
  };
}

function truth(name: string) {
  return (value: string): unknown => {
    if (/^(?:1|true|yes)$/i.test(value)) return true;
    if (/^(?:0|false|no)$/i.test(value)) return false;
    throw new KitwrightError('usage', `${name} must be true or false, not ${JSON.stringify(value)}.`);
  };
}

function words(value: string): unknown {
  return value.split(',').filter(Boolean);
}

/** The value of one setting if no flag gives it, and its source. */
export interface Origin {
  readonly value: unknown;
  readonly origin: string;
  /** Its name in errors: the variable, or the key and the file. */
  readonly name: string;
}

/** A config file that was read, the project's or the user's. */
export interface ReadConfig {
  readonly path: string;
  readonly config: Partial<CheckedUserConfig>;
}

/** The configs in their order of precedence: the project's before the user's. */
export function configsOf({ found, user }: Pick<Project, 'found' | 'user'>): readonly ReadConfig[] {
  return [found, user].filter((each) => each !== undefined);
}

/** The environment takes precedence over the configs, which are in order. Throws `usage`. */
export function originOf(
  { key, env: name, read, config }: Setting,
  env: Readonly<Record<string, string | undefined>>,
  configs: readonly ReadConfig[],
): Origin | undefined {
  const given = env[name];
  if (given) return { value: read(given), origin: `environment ${name}`, name };
  const found = configs.find((each) => config(each.config) !== undefined);
  return (
    found && {
      value: config(found.config),
      origin: `config ${found.path}`,
      name: `${JSON.stringify(key)} of ${found.path}`,
    }
  );
}

/** Sets flags that were not typed to the values of environment and config, and records the source of each value. */
export function applySettings(
  command: Command,
  env: Readonly<Record<string, string | undefined>>,
  configs: readonly ReadConfig[],
): void {
  for (const setting of settings) {
    const owner = ownerOf(command, setting.key) ?? (setting.everywhere ? command : undefined);
    const source = owner?.getOptionValueSource(setting.key);
    const given = owner && source !== 'cli' ? originOf(setting, env, configs) : undefined;
    if (given) owner?.setOptionValueWithSource(setting.key, asFlag(owner, setting.key, given), given.name);
  }
}

/** Parses a value as if it had been typed. Throws `usage`, which names its source. */
function asFlag({ options }: Command, key: string, { value, name }: Origin): unknown {
  const flag = options.find((option) => option.attributeName() === key);
  if (!flag?.parseArg || (typeof value !== 'string' && typeof value !== 'number')) return value;
  try {
    return flag.parseArg(String(value), undefined);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new KitwrightError('usage', `${name} is ${JSON.stringify(value)}: ${error.message}`, { cause: error });
  }
}

/** The flags that were typed or come from the environment: they take precedence over a config's settings of one kit. */
export function givenFlags(command: Command): ReadonlySet<string> {
  const isGiven = (key: string) => {
    const source = command.getOptionValueSource(key);
    return source === 'cli' || (source !== undefined && settings.some(({ env }) => env === source));
  };
  return new Set(command.options.map((option) => option.attributeName()).filter(isGiven));
}

function ownerOf(command: Command, key: string): Command | undefined {
  return (
    [command, command.parent].find((candidate) =>
      candidate?.options.some((option) => option.attributeName() === key),
    ) ?? undefined
  );
}
