import { KitwrightError, readPlainFile } from '@kitwright/core/internal';
import { answerJson, textIn } from './answerJson.ts';
import type { CloudLogin, CloudPlaces } from './CloudLogin.ts';

/**
 * The credential for Artifact Registry of a pod: the token of its service account, from the metadata server (workload
 * identity of GKE), or with `GOOGLE_APPLICATION_CREDENTIALS` of type `external_account` that for which the token of
 * another issuer is exchanged (workload identity federation, RFC 8693). Throws `unauthorized`, `usage`, `network-failed`,
 * `remote-malformed`.
 */
export async function googleLogin(places: CloudPlaces): Promise<CloudLogin> {
  const location = places.env['GCP_GAR_LOCATION'] ?? '';
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(location))
    throw new KitwrightError('usage', `GCP_GAR_LOCATION ${JSON.stringify(location)} is no location.`);
  const file = places.env['GOOGLE_APPLICATION_CREDENTIALS'];
  const password = file ? await federatedToken(places, file) : await metadataToken(places);
  return { hosts: [`${location}-docker.pkg.dev`], credential: { username: 'oauth2accesstoken', password } };
}

async function metadataToken({ env, fetch }: CloudPlaces): Promise<string> {
  const host = env['GCE_METADATA_HOST'] || 'metadata.google.internal';
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
  const who = 'The metadata server';
  return textIn(await answerJson(fetch(url, { headers: { 'metadata-flavor': 'Google' } }), who), 'access_token', who);
}

/** Bytes of a file of settings or of a token. */
const largest = 64 * 1024;

type Json = Readonly<Record<string, unknown>>;

/** `external_account` of Google, with a token in a file. */
async function federatedToken({ fetch }: CloudPlaces, file: string): Promise<string> {
  const settings = jsonIn(file);
  const source = settings['credential_source'] as Json | undefined;
  const path = source?.['file'];
  if (settings['type'] !== 'external_account' || typeof path !== 'string')
    throw new KitwrightError('usage', 'GOOGLE_APPLICATION_CREDENTIALS must be of type external_account, with a file.');
  const scope = 'https://www.googleapis.com/auth/cloud-platform';
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: textIn(settings, 'audience', file),
    scope,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: textIn(settings, 'subject_token_type', file),
    subject_token: subjectToken(path, source?.['format'] as Json | undefined),
  });
  const who = 'Google STS';
  const exchanged = await answerJson(
    fetch(textIn(settings, 'token_url', file), { method: 'POST', body: String(form), headers: formHeaders }),
    who,
  );
  const token = textIn(exchanged, 'access_token', who);
  const url = settings['service_account_impersonation_url'];
  return typeof url === 'string' ? impersonated(fetch, url, token, scope) : token;
}

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' };

/** IAM Credentials, generateAccessToken. */
async function impersonated(ask: typeof fetch, url: string, token: string, scope: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const who = 'Google IAM';
  const answer = ask(url, { method: 'POST', headers, body: JSON.stringify({ scope: [scope] }) });
  return textIn(await answerJson(answer, who), 'accessToken', who);
}

function subjectToken(path: string, format: Json | undefined): string {
  const field = format?.['subject_token_field_name'];
  if (format?.['type'] === 'json' && typeof field === 'string') return textIn(jsonIn(path), field, path);
  return readPlainFile(path, largest).toString().trim();
}

function jsonIn(path: string): Json {
  try {
    return JSON.parse(readPlainFile(path, largest).toString()) as Json;
  } catch (cause) {
    throw new KitwrightError('unauthorized', `${path} cannot be read as JSON.`, { cause });
  }
}
