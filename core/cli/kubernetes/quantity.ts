const mebi = 1024 * 1024;

/** Bytes as a quantity of Kubernetes, rounded up to MiB or GiB. */
export function quantity(bytes: number): string {
  const mebis = Math.max(1, Math.ceil(bytes / mebi));
  return mebis < 10 * 1024 ? `${mebis}Mi` : `${Math.ceil(mebis / 1024)}Gi`;
}
