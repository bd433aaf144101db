import type { RegistryOptions } from '../RegistryOptions.ts';
import { chooseProxy } from './chooseProxy.ts';
import { readTlsSettings, type TlsSettings } from './readTlsSettings.ts';

/** Checks every setting that a connection to this URL needs. Throws `usage` for one that cannot be used. */
export function checkConnection(url: URL, options: RegistryOptions): void {
  const proxy = chooseProxy(url, options);
  if ([url.protocol, proxy?.protocol].includes('https:')) tlsSettingsOf(options);
}

const known = new WeakMap<RegistryOptions, TlsSettings>();

/** The settings for TLS, read once: a file may be a pipe. Throws `usage`. */
export function tlsSettingsOf(options: RegistryOptions): TlsSettings {
  const settings = known.get(options) ?? readTlsSettings(options);
  known.set(options, settings);
  return settings;
}
