import { KitwrightError } from '@kitwright/core/plugin';

/** One object: `s3://bucket/key[?versionId=...]`. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Throws `reference-invalid`. */
export function parseS3Url(text: string): S3Object {
  const [, bucket = '', key = '', query = ''] = /^s3:\/\/([^/?#]*)\/([^?#]*)(?:\?([^#]*))?$/.exec(text) ?? [];
  if (bucketPattern.test(bucket) && key !== '')
    return { bucket, key: decodeKey(key, text), versionId: new URLSearchParams(query).get('versionId') ?? undefined };
  throw invalid(text);
}

function decodeKey(key: string, text: string): string {
  try {
    return decodeURIComponent(key);
  } catch (error) {
    throw invalid(text, error);
  }
}

function invalid(text: string, cause?: unknown): KitwrightError {
  return new KitwrightError(
    'reference-invalid',
    `Invalid S3 URL ${JSON.stringify(text)}: it must be written s3://bucket/key.`,
    {
      data: { url: text },
      cause,
    },
  );
}
