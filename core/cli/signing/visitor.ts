import type { SignerOptions } from '@kitwright/core/internal';
import { createRedirect } from '../dashboard/createRedirect.ts';
import { canAsk } from '../output/askToConfirm.ts';
import type { Session } from '../Session.ts';

/** Shows a page on which the user logs in: its address, and without a code the page itself. Undefined without a user. */
export function visitor(session: Session): SignerOptions['visit'] {
  if (!canAsk(session)) return undefined;
  return async ({ url, code }) => {
    const what = code === undefined ? 'Log in on this page' : `Enter the code ${code} on this page, in any browser`;
    session.output.message(`${what}: ${url}`);
    if (code !== undefined) return;
    const { openBrowser } = await import('../dashboard/openBrowser.ts');
    const redirect = createRedirect(session.stores().root, url, 'Log in');
    process.once('exit', () => redirect[Symbol.dispose]());
    // On a machine without a browser, the address was printed.
    await openBrowser(redirect.path);
  };
}
