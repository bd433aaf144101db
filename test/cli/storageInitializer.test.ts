import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { startService } from '../../core/cli/delivering/cloud/testing/startService.ts';
import { createProject } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const [username, password] = ['AWS', 'of-ecr:with-colon'];

/** A registry that wants a password, with a kit in it, and a container for it. */
const start = async () => {
  await using stack = new AsyncDisposableStack();
  const registry = stack.use(await startRegistry({ auth: { scheme: 'basic', username, password } }));
  const env = { KITWRIGHT_PLAIN_HTTP: '1' };
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n', 'net.bin': 'w' }, env);
  stack.defer(() => project[Symbol.dispose]());
  await project.run('login', registry.host, '-u', username, '-p', password);
  assert.equal((await project.run('pack', 'project', '-t', `${registry.host}/net:v1`, '--push')).code, 0);
  const cwd = join(project.path, 'pod');
  mkdirSync(cwd);
  const at = (...names: readonly string[]) => join(project.path, ...names);
  const run = (args: readonly string[], variables: Readonly<Record<string, string>>) =>
    runHosted(['storage-initializer', ...args], { cwd, env: { ...env, ...variables } });
  const kept = stack.move();
  return {
    uri: `kit://${registry.host}/net:v1`,
    host: registry.host,
    at,
    run,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

test('pairs of addresses and directories, with a name and a password', async () => {
  await using started = await start();
  const { uri, at, run } = started;
  const variables = { KIT_USER: username, KIT_PASSWORD: password, AWS_ROLE_ARN: 'unused', AWS_ECR_REGION: 'unused' };
  const { code, stdout, stderr } = await run([uri, at('a'), uri, at('b')], variables);
  assert.equal(code, 0, stderr);
  assert.equal(stdout.trim().split('\n').length, 2);
  for (const name of ['a', 'b']) assert.equal(readFileSync(at(name, 'net.bin'), 'utf8'), 'w');
  assert.doesNotMatch(stdout + stderr, /of-ecr/);
  const other = await run([uri, at('c')], { ...variables, KIT_REGISTRY: 'registry.example.com', HOME: at('c-home') });
  assert.match(other.stderr, /unauthorized/, 'a password is for one registry');
});

test('what is no pair, or no kit://, is a mistake', async () => {
  await using started = await start();
  const { uri, at, run } = started;
  for (const args of [[uri], [uri.replace('kit:', 's3:'), at('a')], [uri, at('a'), uri]])
    assert.equal((await run(args, {})).code, 2);
});

test('a role of AWS: the token of the pod becomes keys, and these the password of the registry', async () => {
  await using started = await start();
  const { uri, host, at, run } = started;
  const authorizationToken = Buffer.from(`${username}:${password}`).toString('base64');
  await using aws = await startService(({ headers, body }) =>
    headers['x-amz-target']
      ? { body: JSON.stringify({ authorizationData: [{ authorizationToken, proxyEndpoint: `http://${host}` }] }) }
      : {
          status: body.includes('WebIdentityToken=of-the-pod') ? 200 : 403,
          body: '<R><Credentials><AccessKeyId>AKIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken></Credentials></R>',
        },
  );
  const token = at('token');
  writeFileSync(token, 'of-the-pod\n');
  const variables = {
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/models',
    AWS_ECR_REGION: 'eu-west-1',
    AWS_WEB_IDENTITY_TOKEN_FILE: token,
    AWS_ENDPOINT_URL: aws.url,
  };
  const { code, stderr } = await run([uri, at('models')], variables);
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(at('models', 'net.bin'), 'utf8'), 'w');
  const [sts, ecr] = aws.asked;
  assert.equal(new URLSearchParams(sts?.body).get('RoleArn'), variables.AWS_ROLE_ARN);
  assert.match(
    String(ecr?.headers.authorization),
    /^AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/eu-west-1\/ecr\/aws4_request/,
  );
  writeFileSync(token, 'of-another-pod');
  const refused = await run([uri, at('other')], { ...variables, HOME: at('home-of-another') });
  assert.match(refused.stderr, /unauthorized.*AWS STS/);
});
