import type { RegistryOptions } from '../RegistryOptions.ts';
import { isExempt } from './isExempt.ts';
import { parseProxy } from './parseProxy.ts';

export type ProxySettings = Pick<RegistryOptions, 'proxy' | 'usualProxy' | 'env' | 'names'>;

/**
 * The proxy for an address, undefined if it is reached directly: what was typed, else, for what is not exempt, what is
 * usual here, else the variable for its scheme (golang.org/x/net/http/httpproxy). Throws `usage` for one that cannot be
 * used.
 */
export function chooseProxy(url: URL, { proxy, usualProxy, env, names = {} }: ProxySettings): URL | undefined {
  if (proxy) return parseProxy(proxy, names.proxy ?? '--proxy');
  if (isExempt(url, either(env, 'NO_PROXY').value)) return undefined;
  if (usualProxy) return parseProxy(usualProxy, names.usualProxy ?? 'the proxy');
  const { name, value } = either(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  return value ? parseProxy(value, name) : undefined;
}

/** A variable in upper case, else in lower case, as Go looks for it. */
function either(env: RegistryOptions['env'], upper: string): { readonly name: string; readonly value: string } {
  const lower = upper.toLowerCase();
  return env[upper] ? { name: upper, value: env[upper] } : { name: lower, value: env[lower] ?? '' };
}
