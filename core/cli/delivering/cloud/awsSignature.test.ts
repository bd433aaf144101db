import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { awsSignature } from './awsSignature.ts';

test('a request is signed as aws4fetch signs it', async () => {
  const now = Date.UTC(2026, 10, 27, 9, 8, 7);
  const url = new URL('https://api.ecr.eu-west-1.amazonaws.com/');
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'A_1.B' };
  const request = { url, service: 'ecr', region: 'eu-west-1', headers, body: '{}' };
  const signed = awsSignature(request, { id: 'AKIA', secret: 'secret/+', session: 'token=' }, now);
  const client = new AwsClient({ accessKeyId: 'AKIA', secretAccessKey: 'secret/+', sessionToken: 'token=' });
  const aws = { service: 'ecr', region: 'eu-west-1', datetime: '20261127T090807Z', allHeaders: true };
  const theirs = await client.sign(url, { method: 'POST', headers, body: '{}', aws });
  assert.equal(signed['authorization'], theirs.headers.get('authorization'));
  assert.equal(signed['x-amz-date'], '20261127T090807Z');
});
