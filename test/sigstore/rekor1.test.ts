import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { logEntry } from '../../plugins/cosign/keyless/signing/logEntry.ts';
import { testContext } from '../../plugins/cosign/testing/testContext.ts';
import { caseOf } from './cases.ts';

interface Entry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly integratedTime: string;
  readonly inclusionPromise: { readonly signedEntryTimestamp: string };
  readonly inclusionProof: {
    readonly logIndex: string;
    readonly rootHash: string;
    readonly treeSize: string;
    readonly hashes: readonly string[];
    readonly checkpoint: { readonly envelope: string };
  };
  readonly canonicalizedBody: string;
}

interface Bundle {
  readonly verificationMaterial: { readonly certificate: { readonly rawBytes: string }; readonly tlogEntries: [Entry] };
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly payloadType: string;
    readonly signatures: [{ sig: string }];
  };
}

const { verificationMaterial, dsseEnvelope } = JSON.parse(
  caseOf('happy-path-intoto-in-dsse-v3').bundle.toString(),
) as Bundle;
const [entry] = verificationMaterial.tlogEntries;
const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');

/** What Rekor 1 answered when that entry was made. */
const answer = {
  [`24296fb24b8ad77a${'0'.repeat(64)}`]: {
    body: entry.canonicalizedBody,
    integratedTime: Number(entry.integratedTime),
    logID: hex(entry.logId.keyId),
    logIndex: Number(entry.logIndex),
    verification: {
      inclusionProof: {
        checkpoint: entry.inclusionProof.checkpoint.envelope,
        hashes: entry.inclusionProof.hashes.map(hex),
        logIndex: Number(entry.inclusionProof.logIndex),
        rootHash: hex(entry.inclusionProof.rootHash),
        treeSize: Number(entry.inclusionProof.treeSize),
      },
      signedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
    },
  },
};

test('an entry of Rekor 1 becomes what the bundle of another client has', async () => {
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    asked.push(request.url, JSON.parse(Buffer.concat(await request.toArray()).toString()));
    response.writeHead(201).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const certificate = new X509Certificate(Buffer.from(verificationMaterial.certificate.rawBytes, 'base64'));
  const { payload, payloadType, signatures } = dsseEnvelope;
  const [{ sig }] = signatures;
  const made = await logEntry({ url, version: 1 }, { payload, payloadType, sig }, certificate, {
    ...testContext(),
    fetch,
  });
  server.close();
  assert.deepEqual(made, entry);
  const envelope = JSON.stringify({ payloadType, payload, signatures: [{ sig }] });
  const verifiers = [Buffer.from(certificate.toString()).toString('base64')];
  const proposed = { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent: { envelope, verifiers } } };
  assert.deepEqual(asked, ['/api/v1/log/entries', proposed]);
});
