import {
  createKitwright,
  type Diagnostic,
  definePlugin,
  type Kitwright,
  type KitwrightError,
  type KitwrightEvent,
  knownRepositories,
  type Limits,
  openStore,
  type Plugin,
  type Store,
  standardWait,
  version,
  type Wait,
} from '@kitwright/core/internal';
import type { RegistryOptions } from '@kitwright/registry';
import type { FoundConfig } from './config/findConfig.ts';
import { defaultPlugins } from './defaultPlugins.ts';
import { type LogLevel, logLevels, type ProgressMode } from './options/globalOptions.ts';
import type { NetworkFlags } from './options/networkOptions.ts';
import { createResults, type Results } from './output/createResults.ts';
import type { Output } from './output/Output.ts';
import { createReporter } from './reporters/createReporter.ts';

/** What a command works with. */
export interface Session {
  readonly output: Output & Results;
  readonly options: GlobalOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly stores: () => Store;
  readonly project: Project;
  /** The engine with the default plugins and these; started once, and closed when the command ends. */
  readonly kitwright: (plugins?: readonly Plugin[], limits?: Limits) => Kitwright;
  /** Lines below everything else, if there is a terminal that can hold them; undefined otherwise. */
  readonly footer: ((lines: readonly string[]) => void) | undefined;
  /** How registries are reached. */
  readonly registryOptions: () => RegistryOptions;
  /** Tells the reporter that the command failed. */
  readonly failure: (error: KitwrightError) => void;
  readonly warn: (message: string) => void;
  /** Additional information, shown with -v only. */
  readonly debug: (message: string) => void;
  readonly close: () => Promise<void>;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly config?: string | undefined;
  readonly logLevel: LogLevel;
  readonly progress: ProgressMode;
  readonly verbose: number;
  readonly json: boolean;
  readonly network: NetworkFlags;
}

/** What the config file of the project says. */
export interface Project {
  readonly found: FoundConfig | undefined;
  readonly plugins: readonly Plugin[];
}

export function createSession(
  given: Output,
  options: GlobalOptions,
  signal: AbortSignal,
  project: Project = { found: undefined, plugins: [] },
): Session {
  const { env } = process;
  const reporter = createReporter(options.progress, given, env);
  // Whatever is written goes above the live lines, not through them.
  const result = (text: string) => reporter.around(() => given.result(text));
  const message = (text: string) => reporter.around(() => given.message(text));
  const output = {
    ...given,
    ...createResults({ result, message }, options.json),
    result,
    message,
    raw: (text: string) => reporter.around(() => given.raw(text)),
  };
  const say = (level: LogLevel, prefix: string) => (message: string) => {
    if (shows(options, level)) output.message(`[${prefix}] ${message}`);
  };
  const warn = say('warn', 'WARN ');
  const debug = say('debug', 'DEBUG');
  let engine: Kitwright | undefined;
  let opened: Store | undefined;
  const stores = () => {
    opened ??= openStore(options.config);
    return opened;
  };
  const wait: Wait = (ms, stop, why) => {
    warn(`${why}; trying again in ${Math.ceil(ms / 1000)} s.`);
    return standardWait(ms, stop, why);
  };
  const registryOptions = (): RegistryOptions => ({
    ...options.network,
    tlsCerts: options.network.tlsCert,
    home: stores().root,
    env,
    userAgent: `kitwright/${version}`,
    signal,
    wait,
    knownRepositories: knownRepositories(stores().local),
  });
  return {
    output,
    options,
    env,
    signal,
    failure: (error) => reporter.failure?.(error),
    warn,
    debug,
    stores,
    project,
    registryOptions,
    footer: reporter.footer,
    kitwright: (plugins = [], limits = {}) => {
      const report = reporting(reporter.event, ({ level, message }) =>
        level === 'warning' ? warn(message) : debug(message),
      );
      engine ??= createKitwright({
        plugins: [report, ...defaultPlugins(registryOptions()), ...plugins, ...project.plugins],
        limits,
      });
      return engine;
    },
    close: async () => {
      reporter.close();
      await engine?.close();
    },
  };
}

function shows(options: GlobalOptions, level: LogLevel): boolean {
  return (
    logLevels.indexOf(level) >=
    Math.min(logLevels.indexOf(options.logLevel), options.verbose > 0 ? 1 : logLevels.length)
  );
}

function reporting(event: (event: KitwrightEvent) => void, diagnostic: (diagnostic: Diagnostic) => void): Plugin {
  return definePlugin({
    name: 'kitwright/reporter',
    apiVersion: 1,
    apply({ hooks }) {
      hooks.event.tap(event);
      hooks.diagnostic.tap(diagnostic);
    },
  });
}
