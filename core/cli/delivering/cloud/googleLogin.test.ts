import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temporaryFolder.ts';
import { googleLogin } from './googleLogin.ts';
import { startService } from './testing/startService.ts';

const places = (env: Readonly<Record<string, string>>) => ({
  env: { GCP_GAR_LOCATION: 'europe-west1', ...env },
  registry: 'europe-west1-docker.pkg.dev',
  fetch,
  now: Date.now,
});

test('the metadata server gives the token of the pod', async () => {
  await using metadata = await startService(() => ({
    body: JSON.stringify({ access_token: 'ya29', expires_in: 3599 }),
  }));
  assert.deepEqual(await googleLogin(places({ GCE_METADATA_HOST: metadata.host })), {
    hosts: ['europe-west1-docker.pkg.dev'],
    credential: { username: 'oauth2accesstoken', password: 'ya29' },
  });
  const [first] = metadata.asked;
  assert.equal(first?.path, '/computeMetadata/v1/instance/service-accounts/default/token');
  assert.equal(first?.headers['metadata-flavor'], 'Google');
});

test('a token of another issuer is exchanged, and stands for a service account', async () => {
  using folder = temporaryFolder();
  await using google = await startService(({ path }) => ({
    body: JSON.stringify(path === '/sts' ? { access_token: 'federated' } : { accessToken: 'impersonated' }),
  }));
  const [token, config] = [join(folder.path, 'token'), join(folder.path, 'config.json')];
  writeFileSync(token, '{"token":"of-the-cluster"}');
  const settings = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${google.url}/sts`,
    service_account_impersonation_url: `${google.url}/impersonate`,
    credential_source: { file: token, format: { type: 'json', subject_token_field_name: 'token' } },
  };
  writeFileSync(config, JSON.stringify(settings));
  const { credential } = await googleLogin(places({ GOOGLE_APPLICATION_CREDENTIALS: config }));
  assert.deepEqual(credential, { username: 'oauth2accesstoken', password: 'impersonated' });
  const [sts, iam] = google.asked;
  const form = Object.fromEntries(new URLSearchParams(sts?.body));
  assert.equal(form['subject_token'], 'of-the-cluster');
  assert.equal(form['grant_type'], 'urn:ietf:params:oauth:grant-type:token-exchange');
  assert.equal(form['audience'], settings.audience);
  assert.equal(iam?.headers.authorization, 'Bearer federated');
});

test('what is refused or no token says so without the answer', async () => {
  await using metadata = await startService(({ path }) => ({ status: path ? 403 : 200, body: 'secret' }));
  const env = { GCE_METADATA_HOST: metadata.host };
  await assert.rejects(googleLogin(places(env)), (error: Error) => !error.message.includes('secret'));
  await assert.rejects(googleLogin(places({ GCP_GAR_LOCATION: 'evil.example.com/' })), { code: 'usage' });
});

test('an answer without an end is not read to its end', async () => {
  await using metadata = await startService(() => ({ body: 'x'.repeat(64 * 1024 * 1024) }));
  const env = { GCP_GAR_LOCATION: 'europe-west1', GCE_METADATA_HOST: metadata.host };
  const login = googleLogin({ ...places(env), fetch: bounded });
  await assert.rejects(login, { code: 'unauthorized', message: /gave no token/ });
});

/** Fails where more than a few parts are read. */
const bounded: typeof fetch = async (...request) => {
  const { body, status } = await fetch(...request);
  const parts = async function* () {
    let size = 0;
    for await (const bytes of body ?? []) {
      size += bytes.byteLength;
      assert.ok(size < 4 * 1024 * 1024);
      yield bytes;
    }
  };
  return new Response(ReadableStream.from(parts()), { status });
};
