import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChallenges } from './challenge.ts';
import { quirksOf, quirkTable } from './quirks.ts';

test('challenges are read with quotes, escapes and several schemes', () => {
  assert.deepEqual(parseChallenges('Bearer realm="https://a/token",service="s",scope="repository:x:pull,push"'), [
    { scheme: 'bearer', parameters: { realm: 'https://a/token', service: 's', scope: 'repository:x:pull,push' } },
  ]);
  assert.deepEqual(parseChallenges('Basic realm="a \\"b\\"", Bearer realm=x'), [
    { scheme: 'basic', parameters: { realm: 'a "b"' } },
    { scheme: 'bearer', parameters: { realm: 'x' } },
  ]);
  assert.deepEqual(parseChallenges(''), []);
  assert.deepEqual(parseChallenges('====='), []);
});

const hosts: Readonly<Record<string, string>> = {
  '1.dkr.ecr.eu-west-1.amazonaws.com': 'ECR',
  'public.ecr.aws': 'ECR public',
  'europe-docker.pkg.dev': 'Google',
  'gcr.io': 'Google',
  'ghcr.io': 'GHCR',
  'x.azurecr.io': 'ACR',
  'registry-1.docker.io': 'Docker Hub',
  'quay.io': 'Quay',
  'demo.goharbor.io': 'Harbor',
  'harbor.example.com': 'Harbor',
  'registry.gitlab.com': 'GitLab',
  'gitlab.example.com:5050': 'GitLab',
  'registry.gitlab.example.com': 'GitLab',
  'mygitlab.com': 'distribution',
  'artifactory.example.com': 'Artifactory',
  'a.jfrog.io': 'Artifactory',
  'zothub.io': 'zot',
  'notgcr.io.example.com': 'distribution',
  '127.0.0.1:5000': 'distribution',
};

for (const [host, family] of Object.entries(hosts))
  test(`${host} is treated as ${family}`, () => assert.equal(quirksOf(host).family, family));

test('every quirk names its source', () => assert.ok(quirkTable.every(({ source }) => source.length > 5)));
