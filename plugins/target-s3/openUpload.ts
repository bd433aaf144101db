import { createHash } from 'node:crypto';
import { KitwrightError, TransientError } from '@kitwright/core/plugin';
import type { Bucket } from './createBucket.ts';
import { element, elements, readText } from './readText.ts';

/** A part as the bucket has it. `checksum` is the CRC-32 in base64, `etag` as the bucket writes it. */
export interface Part {
  readonly number: number;
  readonly etag: string;
  readonly checksum: string;
}

/** A part of an earlier try. */
export interface KnownPart {
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly checksum: string | undefined;
}

/** An upload in parts ("Amazon S3 API Reference", CreateMultipartUpload); the object is there once it is complete. */
export interface Upload {
  readonly known: ReadonlyMap<number, KnownPart>;
  /** Gives the ETag of the part. */
  readonly send: (number: number, bytes: Uint8Array<ArrayBuffer>, checksum: string) => Promise<string>;
  readonly complete: (parts: readonly Part[]) => Promise<void>;
  /** Forgets all parts. */
  readonly abort: () => Promise<void>;
}

/** Goes on with the latest upload of an object, whoever began it, or begins one. */
export async function openUpload(bucket: Bucket, key: string): Promise<Upload> {
  const found = await findUpload(bucket, key);
  const uploadId = found ?? (await beginUpload(bucket, key));
  return {
    known: found === undefined ? new Map() : await listParts(bucket, key, uploadId),
    send: async (number, body, checksum) => {
      const query = { partNumber: String(number), uploadId };
      const headers = {
        'x-amz-checksum-crc32': checksum,
        ...(bucket.isPrivate ? {} : { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') }),
      };
      const response = await bucket.send({ method: 'PUT', key, query, headers, body, expected: [404] });
      await response.body?.cancel();
      if (response.status === 404) throw dropped(bucket, key);
      return response.headers.get('etag') ?? '';
    },
    complete: async (parts) => {
      const body = `<CompleteMultipartUpload>${parts.map(partXml).join('')}</CompleteMultipartUpload>`;
      const response = await bucket.send({ method: 'POST', key, query: { uploadId }, body, expected: [400, 404] });
      const text = await readText(response);
      // The beginning of the answer is sent before it is known how it ends.
      const reason = response.ok ? element(element(text, 'Error') ?? '', 'Code') : (element(text, 'Code') ?? '');
      if (reason === undefined) return;
      if (/^(?:NoSuchUpload|InvalidPart|InternalError)$/.test(reason)) throw dropped(bucket, key);
      throw new KitwrightError('remote-refused', `${bucket.name} does not complete ${key}: ${JSON.stringify(reason)}.`);
    },
    abort: async () => {
      const response = await bucket.send({ method: 'DELETE', key, query: { uploadId }, expected: [404] });
      await response.body?.cancel();
    },
  };
}

/** Another process has completed or dropped the upload: the next try sees which. */
function dropped(bucket: Bucket, key: string): TransientError {
  return new TransientError(`${bucket.name} does not know the upload of ${key} any more`);
}

/** The latest one. Who may not list them begins anew. */
async function findUpload(bucket: Bucket, key: string): Promise<string | undefined> {
  const query = { uploads: '', prefix: bucket.prefix + key };
  const text = await readText(await bucket.send({ method: 'GET', key: '', query, expected: [403, 404, 501] }));
  return elements(text, 'Upload')
    .filter((upload) => element(upload, 'Key') === bucket.prefix + key)
    .map((upload) => ({ id: element(upload, 'UploadId'), begun: element(upload, 'Initiated') ?? '' }))
    .toSorted((a, b) => (a.begun < b.begun ? 1 : -1))[0]?.id;
}

async function beginUpload(bucket: Bucket, key: string): Promise<string> {
  const headers = { 'x-amz-checksum-algorithm': 'CRC32' };
  const id = element(
    await readText(await bucket.send({ method: 'POST', key, query: { uploads: '' }, headers })),
    'UploadId',
  );
  if (id) return id;
  throw new KitwrightError('remote-malformed', `${bucket.name} opens an upload without an id.`);
}

/** S3 takes no more in one upload ("Amazon S3 multipart upload limits"): other numbers are none, and end a list without an end. */
export const maxParts = 10_000;

/** 1,000 parts at a time, in their order. */
async function listParts(bucket: Bucket, key: string, uploadId: string): Promise<ReadonlyMap<number, KnownPart>> {
  const found = new Map<number, KnownPart>();
  for (let marker = '0'; ; ) {
    const query = { uploadId, 'part-number-marker': marker };
    const text = await readText(await bucket.send({ method: 'GET', key, query, expected: [403, 404] }));
    for (const part of elements(text, 'Part')) {
      const number = Number(element(part, 'PartNumber'));
      if (Number.isInteger(number) && number > 0 && number <= maxParts) found.set(number, knownPart(part));
    }
    const next = element(text, 'NextPartNumberMarker') ?? '';
    // Between two parts there is room for fractions without an end.
    const goesOn = Number.isInteger(Number(next)) && Number(next) > Number(marker);
    const isLast = element(text, 'IsTruncated') !== 'true' || !goesOn;
    if (isLast || Number(next) > maxParts) return found;
    marker = next;
  }
}

function knownPart(xml: string): KnownPart {
  return {
    etag: element(xml, 'ETag') ?? '',
    size: Number(element(xml, 'Size')),
    checksum: element(xml, 'ChecksumCRC32'),
  };
}

function partXml({ number, etag, checksum }: Part): string {
  const quoted = etag.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<Part><PartNumber>${number}</PartNumber><ETag>${quoted}</ETag><ChecksumCRC32>${checksum}</ChecksumCRC32></Part>`;
}
