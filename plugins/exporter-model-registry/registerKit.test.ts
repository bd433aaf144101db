import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import type { ExportRequest, OpenContext } from '@kitwright/core/plugin';
import { testContext } from '@kitwright/testkit';
import exporterModelRegistry from './index.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const uri = `oci://registry.example.com/team/net@${digest}`;
const api = '/api/model_registry/v1/';

/** A registry with these answers by method and path; what is not here does not exist. */
const startRegistry = async (answers: Readonly<Record<string, object | string | number>>) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url?.replace(api, '').replace(/\?.*/, '')}`;
    asked.push(`${call} ${request.headers.authorization ?? ''}`.trim());
    const answer = answers[call] ?? 404;
    if (typeof answer === 'number') response.writeHead(answer).end('{"message": "because"}');
    else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const register = async (given: Partial<ExportRequest> = {}, env: Readonly<Record<string, string>> = {}) => {
    await using context = testContext();
    const { capabilities } = createKitwright({ plugins: [exporterModelRegistry()], home: context.home });
    const own = { ...context, credentials: async () => undefined, env: { MODEL_REGISTRY_URL: url, ...env } };
    const request: ExportRequest = {
      reference: 'registry.example.com/team/net:v1',
      descriptor: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 },
      kitfile: {} as ExportRequest['kitfile'],
      destination: 'net',
      options: {},
      unpack: async () => assert.fail('Nothing is unpacked.'),
      ...given,
    };
    return capabilities.get('exporter', 'model-registry').export(request, own as unknown as OpenContext);
  };
  return {
    asked,
    register,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const made = { id: '1' };
const empty = { 'POST registered_models': made, 'POST model_versions': made, 'POST model_versions/1/artifacts': made };
const there = { 'GET registered_model': made, 'GET model_version': made };

test('a model, a version and its artifact are made, with the token', async () => {
  await using registry = await startRegistry(empty);
  const lines = await registry.register({}, { MODEL_REGISTRY_TOKEN: 'secret' });
  assert.deepEqual(lines, ['Made the registered model net', `net v1 is ${uri}`]);
  assert.ok(registry.asked.every((call) => call.endsWith(' Bearer secret')));
});

test('what an interrupted export left out is added, and what is there is left', async () => {
  const artifacts = (items: readonly object[]) => ({ ...there, 'GET model_versions/1/artifacts': { items } });
  await using half = await startRegistry({ ...artifacts([]), 'POST model_versions/1/artifacts': made });
  assert.deepEqual(await half.register(), [`net v1 is ${uri}`]);
  await using whole = await startRegistry(artifacts([{ uri }]));
  assert.deepEqual(await whole.register(), [`net v1 was already ${uri}`]);
  await using other = await startRegistry(artifacts([{ uri: 'oci://other' }]));
  await assert.rejects(other.register(), { code: 'remote-refused', message: /oci:\/\/other, not this kit/ });
});

test('a registry that does not know this version of the API is told from one without the model', async () => {
  await using registry = await startRegistry({});
  await assert.rejects(registry.register(), { code: 'remote-refused', hint: /v1alpha3/ });
});

test('answers that are not usable, and refusals', async () => {
  for (const [answers, code] of [
    [{ 'GET registered_model': '<html>' }, 'remote-malformed'],
    [{ 'GET registered_model': { id: '../1' } }, 'remote-malformed'],
    [{ 'GET registered_model': {} }, 'remote-malformed'],
    [{ ...there, 'GET model_versions/1/artifacts': {} }, 'remote-malformed'],
    [{ 'GET registered_model': `{"a": "${'x'.repeat(5 * 1024 * 1024)}"}` }, 'remote-malformed'],
    [{ 'GET registered_model': 401 }, 'unauthorized'],
    [{ 'POST registered_models': 409 }, 'remote-refused'],
  ] as const) {
    await using registry = await startRegistry(answers);
    await assert.rejects(registry.register(), { code }, JSON.stringify(answers).slice(0, 100));
  }
});

test('what no registry is asked for', async () => {
  await using registry = await startRegistry(empty);
  for (const given of [
    { destination: '' },
    { destination: 'a\nb' },
    { reference: 'team/net:v1' },
    { options: { other: 'x' } },
    { options: { version: ' ' } },
  ])
    await assert.rejects(registry.register(given), { code: 'usage' }, JSON.stringify(given));
  for (const MODEL_REGISTRY_URL of ['', 'registry', 'ftp://a', 'http://u:p@a'])
    await assert.rejects(registry.register({}, { MODEL_REGISTRY_URL }), {
      code: 'usage',
      message: /MODEL_REGISTRY_URL/,
    });
  assert.deepEqual(registry.asked, []);
});
