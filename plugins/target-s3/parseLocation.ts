import { KitwrightError, splitLocation } from '@kitwright/core/plugin';

/** A place in a bucket, and the tag or digest that was named. */
export interface Location {
  readonly bucket: string;
  /** Begins every key: empty, or it ends with a slash. */
  readonly prefix: string;
  readonly references: readonly string[];
}

const bucketForm = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** `bucket/prefix`, `bucket/prefix:tag`, `bucket/prefix@digest`, also behind `//`. Throws `target-invalid`. */
export function parseLocation(location: string): Location {
  const { path, references } = splitLocation(location.replace(/^\/\//, ''));
  const [bucket = '', ...parts] = path.split('/').filter((part) => part !== '');
  if (bucketForm.test(bucket) && parts.every((part) => part !== '.' && part !== '..'))
    return { bucket, prefix: parts.map((part) => `${part}/`).join(''), references };
  throw new KitwrightError('target-invalid', `${JSON.stringify(location)} names no bucket.`, {
    hint: 'Write s3:bucket/prefix:tag.',
  });
}
