import { messageOf, type OpenedReporter } from '@kitwright/core/internal';
import type { Reporter } from './Reporter.ts';

/** The reporter of a plugin; it is opened once the plugins are loaded. */
export interface PluginReporter extends Reporter {
  readonly start: (opened: OpenedReporter) => void;
}

/** A reporter of a plugin that fails is left alone: how a command goes must not change how it ends. */
export function createPluginReporter(warn: (message: string) => void): PluginReporter {
  let opened: OpenedReporter | undefined;
  const tell = (work: (reporter: OpenedReporter) => void): void => {
    try {
      if (opened) work(opened);
    } catch (error) {
      opened = undefined;
      warn(`[WARN ] ${messageOf(error)}; it shows nothing more.`);
    }
  };
  return {
    start: (given) => {
      opened = given;
    },
    event: (event) => tell((reporter) => reporter.event(event)),
    diagnostic: (diagnostic) => tell((reporter) => reporter.diagnostic?.(diagnostic)),
    failure: (error) => tell((reporter) => reporter.failure?.(error)),
    around: (write) => write(),
    close: () => tell((reporter) => reporter.close?.()),
  };
}
