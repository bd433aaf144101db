import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, homeFolder, KitwrightError } from '@kitwright/core/plugin';

/** Where buckets are, and who asks. */
export interface S3Settings {
  /** Undefined = AWS itself. */
  readonly endpoint: URL | undefined;
  readonly region: string;
  /** Undefined = unsigned requests. */
  readonly credentials: S3Credentials | undefined;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** As `@kitwright/s3` reads them: `S3_*` of `kit`, then `AWS_*`, then the files of AWS's tools. Throws `usage`. */
export function s3Settings(env: Environment): S3Settings {
  const shared = sharedFiles(env);
  const address =
    env['S3_API_ENDPOINT'] || env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'] || shared['endpoint_url'];
  const endpoint = address ? URL.parse(address) : undefined;
  if (endpoint === null || (endpoint && !/^https?:$/.test(endpoint.protocol)))
    throw new KitwrightError('usage', `The S3 endpoint must be an address, not ${JSON.stringify(address)}.`, {
      hint: 'It comes from S3_API_ENDPOINT, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL.',
    });
  return {
    endpoint,
    region: env['S3_REGION'] || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || shared['region'] || 'us-east-1',
    credentials:
      pair(env['S3_ACCESS_KEY_ID'], env['S3_SECRET_KEY']) ??
      pair(env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY'], env['AWS_SESSION_TOKEN']) ??
      pair(shared['aws_access_key_id'], shared['aws_secret_access_key'], shared['aws_session_token']),
  };
}

/** `~/.aws/config` and `~/.aws/credentials`: the settings of one profile. */
function sharedFiles(env: Environment): Readonly<Record<string, string>> {
  const home = homeFolder(env);
  const at = (name: string) => home && join(home, '.aws', name);
  const profile = env['AWS_PROFILE'] || 'default';
  const section = profile === 'default' ? profile : `profile ${profile}`;
  return {
    ...readSection(env['AWS_CONFIG_FILE'] || at('config'), section),
    ...readSection(env['AWS_SHARED_CREDENTIALS_FILE'] || at('credentials'), profile),
  };
}

/** One section of an INI file; a file that cannot be read has none. */
function readSection(path: string | undefined, wanted: string): Readonly<Record<string, string>> {
  let text = '';
  try {
    if (path) text = readFileSync(path, 'utf8');
  } catch {
    // Most users have only one of the two.
  }
  let section = '';
  const found: Record<string, string> = {};
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    section = /^\[(.*?)\]/.exec(line)?.[1]?.trim() ?? section;
    const [, key, value = ''] = /^(\w+)\s*=(.*)$/.exec(line) ?? [];
    if (section === wanted && key !== undefined) found[key] = value.trim();
  }
  return found;
}

function pair(id: string | undefined, secret: string | undefined, token?: string): S3Credentials | undefined {
  return id && secret
    ? { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) }
    : undefined;
}
