import { definePlugin, messageOf, type OpenContext, type Plugin } from '@kitwright/core/plugin';

/** Whom to tell, and of what. */
export interface NotifyOptions {
  /** The address that gets a POST. What is secret in it is never shown. */
  readonly url: string;
  /** `stored`, `pushed`, `pulled`, `unpacked`; by default `pushed`. */
  readonly on?: readonly Occasion[];
}

/** After which hook the webhook is told. */
export type Occasion = 'stored' | 'pushed' | 'pulled' | 'unpacked';

/** In ms: a webhook that does not answer holds nothing up for longer. */
const patience = 10_000;

/**
 * Tells a webhook what happened with a kit, once, as JSON: `event`, `digest`, `name` of the package, `repository` and
 * `tags`, with a sentence in `text` (Slack, Mattermost) and `content` (Discord). What fails there is a warning.
 */
export default function notify({ url, on = ['pushed'] }: NotifyOptions): Plugin {
  const address = new URL(url);
  return definePlugin({
    name: '@kitwright/notify',
    apiVersion: 1,
    apply({ hooks, context }) {
      hooks.build.tap(({ hooks: build }) => {
        for (const event of on)
          build[event].tap((value: About) => tell(address, { event, ...factsOf(value) }, context));
      });
    },
  });
}

/** What the hooks have in common. */
interface About {
  readonly root: { readonly digest: string };
  readonly kitfile?: { readonly package?: { readonly name?: string } } | undefined;
  readonly repository?: string;
  readonly tags?: readonly string[];
}

function factsOf({ root, kitfile, repository, tags = [] }: About) {
  return { digest: root.digest, name: kitfile?.package?.name ?? null, repository: repository ?? null, tags };
}

async function tell(url: URL, facts: object, { fetch, logger }: OpenContext): Promise<void> {
  // The name came with a kit: what addresses people in a chat, or makes a link there, is left out.
  const text = `kitwright: ${Object.values(facts).flat().filter(Boolean).join(' ')}`.replace(/[@<>&[\]`*]/g, '');
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...facts, text, content: text }),
      signal: AbortSignal.timeout(patience),
    });
    await response.body?.cancel();
    if (!response.ok) logger.warn(`The webhook at ${url.host} answered ${response.status}.`);
  } catch (error) {
    logger.warn(`The webhook at ${url.host} was not reached: ${messageOf(error)}`);
  }
}
