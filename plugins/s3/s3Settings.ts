import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText, homeFolder, KitwrightError } from '@kitwright/core/plugin';

/** Endpoint, region and credentials of the buckets. */
export interface S3Settings {
  /** Undefined = AWS itself. */
  readonly endpoint: URL | undefined;
  readonly region: string;
  /** Undefined = unsigned requests: public objects. */
  readonly credentials: S3Credentials | undefined;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const defaultRegion = 'us-east-1';

/** The variables of `kit` take precedence over AWS's, and those over the shared files. Throws `usage`. */
export function s3Settings(env: Environment): S3Settings {
  const shared = sharedFiles(env);
  return {
    endpoint: endpointOf(
      env['S3_API_ENDPOINT'] || env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'] || shared['endpoint_url'],
    ),
    region: env['S3_REGION'] || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || shared['region'] || defaultRegion,
    credentials:
      pair(env['S3_ACCESS_KEY_ID'], env['S3_SECRET_KEY']) ??
      pair(env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY'], env['AWS_SESSION_TOKEN']) ??
      pair(shared['aws_access_key_id'], shared['aws_secret_access_key'], shared['aws_session_token']),
  };
}

type Section = Readonly<Record<string, string>>;

/** The shared files of AWS's tools: `~/.aws/credentials` and `~/.aws/config`. */
function sharedFiles(env: Environment): Section {
  const home = homeFolder(env);
  const folder = home && join(home, '.aws');
  const profile = env['AWS_PROFILE'] || 'default';
  const config = env['AWS_CONFIG_FILE'] || (folder && join(folder, 'config'));
  const credentials = env['AWS_SHARED_CREDENTIALS_FILE'] || (folder && join(folder, 'credentials'));
  return {
    ...readSection(config, profile === 'default' ? profile : `profile ${profile}`),
    ...readSection(credentials, profile),
  };
}

/** One section of AWS's INI files; a missing file has none. Throws `unauthorized` for a file that is no text. */
function readSection(path: string | undefined, wanted: string): Section {
  if (path === undefined) return {};
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    return {};
  }
  const text = decodeText(bytes, path, 'unauthorized');
  let section = '';
  const found: Record<string, string> = {};
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    section = /^\[(.*?)\]/.exec(line)?.[1]?.trim() ?? section;
    const [, key, value = ''] = /^(\w+)\s*=(.*)$/.exec(line) ?? [];
    if (section === wanted && key !== undefined) found[key] = value.trim();
  }
  return found;
}

function endpointOf(text: string | undefined): URL | undefined {
  if (!text) return undefined;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new KitwrightError('usage', `The S3 endpoint must be an address, not ${JSON.stringify(text)}.`, {
    hint: 'It comes from S3_API_ENDPOINT, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL.',
  });
}

function pair(id: string | undefined, secret: string | undefined, token?: string): S3Credentials | undefined {
  return id && secret
    ? { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) }
    : undefined;
}
