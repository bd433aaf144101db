/** The page of the newest release, which redirects to that of its tag. */
export const releases = 'https://github.com/kitwright/kitwright/releases/latest';

/** ms. */
const patience = 30_000;

/**
 * The version of the newest release, undefined if it cannot be had: an executable comes without npm. The page is asked,
 * not the API, which counts how often an address asks.
 */
export async function newestRelease(page = releases): Promise<string | undefined> {
  try {
    const { headers, body } = await fetch(page, { redirect: 'manual', signal: AbortSignal.timeout(patience) });
    await body?.cancel();
    return /\/releases\/tag\/v(\d+\.\d+\.\d+)$/.exec(headers.get('location') ?? '')?.[1];
  } catch {
    return undefined;
  }
}
