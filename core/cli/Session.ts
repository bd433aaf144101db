import {
  createKitwright,
  type Diagnostic,
  definePlugin,
  type Kitwright,
  KitwrightError,
  type KitwrightEvent,
  knownRepositories,
  type OpenedReporter,
  openStore,
  type Plugin,
  type Store,
  standardWait,
  type Timing,
  version,
  type Wait,
} from '@kitwright/core/internal';
import type { RegistryOptions } from '@kitwright/registry';
import type { FoundConfig, FoundUserConfig } from './config/FoundConfig.ts';
import { mirrorsFor } from './config/mirrorsFor.ts';
import { createEngines, type EngineSetup } from './createEngines.ts';
import { defaultPlugins } from './defaultPlugins.ts';
import type { LoadedPlugin } from './loading/PluginPlace.ts';
import { isProgressMode, type LogLevel, logLevels, type ProgressMode, progressModes } from './options/globalOptions.ts';
import type { NetworkFlags } from './options/networkOptions.ts';
import { createResults, jsonText, type Results } from './output/createResults.ts';
import type { Lines, Output } from './output/Output.ts';
import { timingsText } from './output/timingsText.ts';
import { createPluginReporter } from './reporters/createPluginReporter.ts';
import { createReporter } from './reporters/createReporter.ts';
import type { Reporter } from './reporters/Reporter.ts';

/** What every command gets. */
export interface Session {
  readonly output: Output & Results;
  readonly options: GlobalOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly stores: () => Store;
  readonly project: Project;
  /**
   * The engine with the default plugins, the plugins of the project and this setup; without a setup, any engine that is
   * running. It is started once for each setup, and closed when the command ends.
   */
  readonly kitwright: (setup?: EngineSetup) => Kitwright;
  /** Lines that stay at the bottom of the terminal; undefined if there is no terminal for them. */
  readonly footer: ((lines: readonly string[]) => void) | undefined;
  /** The flags for registries and the network. */
  readonly registryOptions: () => RegistryOptions;
  /** Reports to the reporter that the command failed. */
  readonly failure: (error: KitwrightError) => void;
  readonly warn: (message: string) => void;
  /** Additional information, shown with -v only. */
  readonly debug: (message: string) => void;
  /** Calls into plugins that have not ended, as `plugin: what it does`. */
  readonly underWay: () => readonly string[];
  /** Opens the reporter of a plugin that `--progress` names. Throws `usage`. */
  readonly startReporter: () => void;
  readonly close: () => Promise<void>;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly config?: string | undefined;
  readonly logLevel: LogLevel;
  /** A mode of ours, or the id of a plugin's reporter. */
  readonly progress: string;
  /** `NAME[=JSON]` of each `--plugin`. */
  readonly plugins: readonly string[];
  /** Id of the executor that hashes layers. */
  readonly executor: string;
  /** Show how long plugins took. */
  readonly timing: boolean;
  readonly verbose: number;
  readonly json: boolean;
  /** Code of the project may run. */
  readonly trust: boolean;
  /** Only plugins that a lock lists may run. */
  readonly frozenPlugins: boolean;
  readonly network: NetworkFlags;
}

/** The config files: the project's for commands that build, the user's own for all. */
export interface Project {
  readonly user: FoundUserConfig | undefined;
  readonly found: FoundConfig | undefined;
  readonly plugins: readonly LoadedPlugin[];
  /** Flags that were typed or come from the environment. */
  readonly given: ReadonlySet<string>;
}

export function createSession(
  given: Output,
  options: GlobalOptions,
  signal: AbortSignal,
  project: Project = { user: undefined, found: undefined, plugins: [], given: new Set() },
): Session {
  const { env } = process;
  const plugged = isProgressMode(options.progress) ? undefined : createPluginReporter(given.message);
  const reporter = plugged ?? createReporter(modeOf(options.progress), given, env, options.json);
  const output = besideReporter(given, reporter, options.json);
  const { warn, debug } = createLog(output, options);
  let opened: Store | undefined;
  const stores = () => {
    opened ??= openStore(options.config);
    return opened;
  };
  const registryOptions = () => registryOptionsOf({ options, env, signal, store: stores(), warn, project });
  const report = reporting(reporter.event, (diagnostic) => {
    reporter.diagnostic?.(diagnostic);
    (diagnostic.level === 'warning' ? warn : debug)(diagnostic.message);
  });
  const engines = createEngines(({ plugins, limits }) =>
    createKitwright({
      plugins: [
        report,
        ...defaultPlugins(registryOptions()),
        ...plugins,
        ...project.plugins.map(({ plugin }) => plugin),
      ],
      limits,
      signal,
      env,
      home: stores().root,
      timing: options.timing,
      executor: options.executor,
    }),
  );
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
    kitwright: engines.get,
    underWay: engines.underWay,
    startReporter: () => plugged?.start(openReporter(engines.get(), options.progress, given, env)),
    close: async () => {
      reporter.close();
      await engines.close();
      if (options.timing) showTimings(given, engines.timings(), options.json);
    },
  };
}

function modeOf(progress: string): ProgressMode {
  return isProgressMode(progress) ? progress : 'none';
}

function openReporter({ capabilities }: Kitwright, id: string, output: Output, env: Session['env']): OpenedReporter {
  const known = capabilities.all('reporter');
  const found = known.find((reporter) => reporter.id === id);
  if (found)
    return found.open({
      line: output.command,
      isTerminal: output.stderrIsTerminal,
      color: output.color,
      columns: () => process.stderr.columns ?? 80,
    });
  const ids = [...progressModes, ...known.map((reporter) => reporter.id)];
  const from = env['KITWRIGHT_PROGRESS'] === id ? 'KITWRIGHT_PROGRESS: there' : 'There';
  throw new KitwrightError('usage', `${from} is no progress mode ${JSON.stringify(id)}; there are ${ids.join(', ')}.`);
}

function showTimings({ message }: Output, timings: readonly Timing[], json: boolean): void {
  message(json ? jsonText({ v: 1, timings }) : timingsText(timings));
}

/** All output is written above the live lines, not into them. */
function besideReporter(given: Output, { around }: Reporter, json: boolean): Output & Results {
  const result = (lines: Lines) => around(() => given.result(lines));
  const document = (text: string) => around(() => given.document(text));
  const message = (lines: Lines) => around(() => given.message(lines));
  const raw = (text: string) => around(() => given.raw(text));
  return { ...given, ...createResults({ result, document, message }, json), result, document, message, raw };
}

function createLog(output: Output, options: GlobalOptions): Pick<Session, 'warn' | 'debug'> {
  const say = (level: LogLevel, prefix: string) => (message: string) => {
    if (shows(options, level)) output.message(`[${prefix}] ${message}`);
  };
  return { warn: say('warn', 'WARN '), debug: say('debug', 'DEBUG') };
}

function shows(options: GlobalOptions, level: LogLevel): boolean {
  return (
    logLevels.indexOf(level) >=
    Math.min(logLevels.indexOf(options.logLevel), options.verbose > 0 ? 1 : logLevels.length)
  );
}

interface RegistryParts extends Pick<Session, 'options' | 'env' | 'signal' | 'warn' | 'project'> {
  readonly store: Store;
}

function registryOptionsOf({ options, env, signal, store, warn, project }: RegistryParts): RegistryOptions {
  const wait: Wait = (ms, stop, why) => {
    warn(`${why}; retrying in ${Math.ceil(ms / 1000)} s.`);
    return standardWait(ms, stop, why);
  };
  return {
    ...options.network,
    tlsCerts: options.network.tlsCert,
    home: store.root,
    env,
    userAgent: `kitwright/${version}`,
    signal,
    wait,
    warn,
    mirrors: mirrorsFor(project.user?.config.mirrors ?? []),
    knownRepositories: knownRepositories(store.local),
  };
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
