import { type Command, Option } from 'commander';
import { repeatable } from './repeatable.ts';
import { atLeastOne } from './wholeNumber.ts';

const defaultConcurrency = 5;

/** Adds the flags to a command. Where `--key` is another key, that of the client has another flag. */
export function networkOptions(command: Command, keyFlag = '--key <file>'): Command {
  return [
    new Option('--plain-http', 'use HTTP instead of HTTPS for registries'),
    new Option('--tls-verify', 'verify the certificates of registries (default: true)').hideHelp(),
    new Option('--no-tls-verify', 'accept any certificate'),
    new Option('--tls-cert <file>', 'another certificate authority to trust (PEM); repeatable')
      .argParser(repeatable)
      .default([], 'none'),
    new Option('--cert <file>', "the client's certificate (PEM; KITOPS_CLIENT_CERT)"),
    new Option(keyFlag, "the client's key (PEM; KITOPS_CLIENT_KEY)"),
    new Option('--concurrency <number>', 'parallel transfers').argParser(atLeastOne).default(defaultConcurrency),
    new Option('--allow-registry <host>', 'a registry that gets your credentials if a kit refers to it; repeatable')
      .argParser(repeatable)
      .default([], 'none'),
    new Option('--proxy <url>', 'proxy for registries; takes precedence over HTTPS_PROXY and similar variables'),
  ].reduce((with_, option) => with_.addOption(option), command);
}

/** `kit`'s flags for registries, one set for all commands that may reach one. */
export interface NetworkFlags {
  readonly plainHttp: boolean;
  readonly tlsVerify: boolean;
  readonly tlsCert: readonly string[];
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly concurrency: number;
  /** Hosts that get credentials for referenced kits. */
  readonly allowRegistry: readonly string[];
  /** The proxy that was typed; a proxy from the environment or the config is only a default. */
  readonly proxy?: string | undefined;
  readonly usualProxy?: string | undefined;
  /** The source of a value that no flag gave: a variable, a file. */
  readonly names: Readonly<Record<string, string>>;
}

/** Reads the flags; a command without them has the defaults. */
export function networkFlags(command: Command): NetworkFlags {
  const options = command.optsWithGlobals<Record<string, unknown>>();
  const [proxySource, certSource] = [otherSource(command, 'proxy'), otherSource(command, 'tlsCert')];
  const proxy = options['proxy'] as string | undefined;
  return {
    plainHttp: options['plainHttp'] === true,
    tlsVerify: options['tlsVerify'] !== false,
    tlsCert: (options['tlsCert'] as readonly string[] | undefined) ?? [],
    cert: options['cert'] as string | undefined,
    key: options[clientKey(command)] as string | undefined,
    concurrency: (options['concurrency'] as number | undefined) ?? defaultConcurrency,
    allowRegistry: (options['allowRegistry'] as readonly string[] | undefined) ?? [],
    ...(proxySource ? { usualProxy: proxy } : { proxy }),
    names: {
      ...(proxySource ? { usualProxy: proxySource } : {}),
      ...(certSource ? { tlsCerts: certSource } : {}),
    },
  };
}

/** The name of the flag for the client's key. */
function clientKey({ options }: Command): 'clientKey' | 'key' {
  return options.some((option) => option.attributeName() === 'clientKey') ? 'clientKey' : 'key';
}

/** The source of a value that was not typed; undefined for a flag and for a default. */
function otherSource(command: Command, key: string): string | undefined {
  const source = command.getOptionValueSource(key);
  return source === 'cli' || source === 'default' ? undefined : source;
}
