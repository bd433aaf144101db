import { KitwrightError, readPlainFile } from '@kitwright/core/internal';
import { answerJson, answerText, textIn } from './answerJson.ts';
import { type AwsKeys, awsSignature } from './awsSignature.ts';
import type { CloudLogin, CloudPlaces } from './CloudLogin.ts';

/**
 * The credential for ECR of a pod whose service account has a role (IRSA): the token of `AWS_WEB_IDENTITY_TOKEN_FILE` is
 * exchanged for keys of the role (STS, AssumeRoleWithWebIdentity), and these for a password (ECR, GetAuthorizationToken).
 * It goes to registries of ECR in that region only, and to those that ECR names. Throws `unauthorized`, `usage`,
 * `network-failed`, `remote-malformed`.
 */
export async function awsLogin(places: CloudPlaces): Promise<CloudLogin> {
  const { env, registry } = places;
  const region = env['AWS_ECR_REGION'] ?? '';
  if (!/^[a-z]{2}[a-z0-9-]{1,30}$/.test(region))
    throw new KitwrightError('usage', `AWS_ECR_REGION ${JSON.stringify(region)} is no region.`);
  const password = await passwordOf(places, region, await roleKeys(places, region));
  const isOfRegion = registry.endsWith(`.${region}.amazonaws.com`) || registry.endsWith(`.${region}.amazonaws.com.cn`);
  const own = /^\d{12}\.dkr\.ecr(?:-fips)?\./.test(registry) && isOfRegion ? [registry] : [];
  return { hosts: [...new Set([...own, ...password.hosts])], credential: password.credential };
}

/** Bytes of a token. */
const largestToken = 64 * 1024;

async function roleKeys({ env, fetch }: CloudPlaces, region: string): Promise<AwsKeys> {
  const path = env['AWS_WEB_IDENTITY_TOKEN_FILE'];
  if (!path)
    throw new KitwrightError('unauthorized', 'AWS_ROLE_ARN is set, and AWS_WEB_IDENTITY_TOKEN_FILE is not.', {
      hint: 'The service account of the pod needs the annotation eks.amazonaws.com/role-arn.',
    });
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: env['AWS_ROLE_ARN'] ?? '',
    RoleSessionName: env['AWS_ROLE_SESSION_NAME'] || 'kitwright',
    WebIdentityToken: readPlainFile(path, largestToken).toString().trim(),
  });
  const address = endpoint(env, 'STS', `https://sts.${domain(region)}/`);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const text = await answerText(fetch(address, { method: 'POST', headers, body: String(form) }), 'AWS STS');
  const value = (name: string) =>
    new RegExp(`<${name}>([^<]{1,4096})</${name}>`).exec(text)?.[1] ?? fromJson(text, name);
  const [id, secret, session] = [value('AccessKeyId'), value('SecretAccessKey'), value('SessionToken')];
  if (id && secret && session) return { id, secret, session };
  throw new KitwrightError('remote-malformed', 'The answer of AWS STS has no keys.');
}

/** STS answers in JSON where it is asked to; its doubles in XML alone. */
function fromJson(text: string, name: string): string | undefined {
  return new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{1,4096})"`).exec(text)?.[1];
}

async function passwordOf({ env, fetch, now }: CloudPlaces, region: string, keys: AwsKeys): Promise<CloudLogin> {
  const url = new URL(endpoint(env, 'ECR', `https://api.ecr.${domain(region)}/`));
  const body = '{}';
  const target = 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken';
  const plain = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const headers = awsSignature({ url, service: 'ecr', region, headers: plain, body }, keys, now());
  const { authorizationData } = await answerJson(fetch(url, { method: 'POST', headers, body }), 'AWS ECR');
  const [first] = Array.isArray(authorizationData)
    ? (authorizationData as readonly Readonly<Record<string, unknown>>[])
    : [];
  const decoded = Buffer.from(textIn(first ?? {}, 'authorizationToken', 'AWS ECR'), 'base64').toString();
  const [username, password] = [decoded.split(':', 1)[0] ?? '', decoded.slice(decoded.indexOf(':') + 1)];
  const named = first?.['proxyEndpoint'];
  const hosts = typeof named === 'string' && URL.canParse(named) ? [new URL(named).host] : [];
  return { hosts, credential: { username, password } };
}

function domain(region: string): string {
  return `${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** As the SDKs of AWS have it: for one service, for all, or where AWS has it. */
function endpoint(env: CloudPlaces['env'], service: string, usual: string): string {
  return env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL'] || usual;
}
