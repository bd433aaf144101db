/** The word for where data is that is not packed: `S3`, as `kit` has it, else the scheme of its URL. */
export function dataPlace(url: string): string {
  const scheme = url.slice(0, url.indexOf(':'));
  return scheme === 's3' ? 'S3' : scheme;
}
