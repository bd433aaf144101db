import type { RegistryOptions } from '../RegistryOptions.ts';
import { isExempt } from './isExempt.ts';
import { parseProxy } from './parseProxy.ts';

export type ProxySettings = Pick<RegistryOptions, 'proxy' | 'usualProxy' | 'env' | 'names'>;

/**
 * The proxy for a URL; undefined if it is reached directly. The typed proxy is used for all hosts; for hosts that are
 * not exempt, the default proxy, else the variable for the scheme (golang.org/x/net/http/httpproxy). Throws `usage` for
 * a proxy that cannot be used.
 */
export function chooseProxy(url: URL, { proxy, usualProxy, env, names = {} }: ProxySettings): URL | undefined {
  if (proxy) return parseProxy(proxy, names.proxy ?? '--proxy');
  if (isExempt(url, either(env, 'NO_PROXY').value)) return undefined;
  if (usualProxy) return parseProxy(usualProxy, names.usualProxy ?? 'the proxy');
  const { name, value } = either(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  return value ? parseProxy(value, name) : undefined;
}

/** A variable in upper case, else in lower case, as in Go. */
function either(env: RegistryOptions['env'], upper: string): { readonly name: string; readonly value: string } {
  const lower = upper.toLowerCase();
  return env[upper] ? { name: upper, value: env[upper] } : { name: lower, value: env[lower] ?? '' };
}
