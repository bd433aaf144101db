import { version } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { closedPipeExit } from './closedPipeExit.ts';
import { loadProject } from './config/loadProject.ts';
import { applySettings, configsOf, givenFlags } from './config/settings.ts';
import { withConfigHint } from './loading/withConfigHint.ts';
import { withOrigins } from './loading/withOrigin.ts';
import { fancyMode, type LogLevel } from './options/globalOptions.ts';
import { networkFlags } from './options/networkOptions.ts';
import { orStuck } from './orStuck.ts';
import { asKitwrightError } from './output/errorText.ts';
import { ClosedPipe, createOutput } from './output/Output.ts';
import { reportError } from './output/reportError.ts';
import { createSession, type GlobalOptions, type Session } from './Session.ts';
import { catchSignals } from './signals/catchSignals.ts';

/** The handler of a command; if it returns a number, that is the exit status. */
export type Handler<A extends readonly unknown[]> = (session: Session, ...args: A) => Promise<number | undefined>;

/** Time in ms that is given to handles that are still open when a command has ended. */
const leftOpen = 1000;

/** Wraps a handler: session, signals, errors, exit status. */
export function runCommand<A extends readonly unknown[]>(handler: Handler<A>) {
  return async (...all: readonly unknown[]): Promise<void> => {
    const command = all.at(-1) as Command;
    const controller = new AbortController();
    const release = catchSignals(controller);
    const output = createOutput(process.env);
    let session = createSession(output, globalOptions(command), controller.signal);
    try {
      const project = await orStuck(loadProject(command, session), () => []);
      applySettings(command, process.env, configsOf(project));
      const given = givenFlags(command);
      session = createSession(output, globalOptions(command), controller.signal, { ...project, given });
      session.startReporter();
      process.exitCode =
        (await orStuck(handler(session, ...(all.slice(0, -1) as unknown as A)), session.underWay)) ?? 0;
    } catch (error) {
      process.exitCode = error instanceof ClosedPipe ? closedPipeExit : fail(error, session);
    } finally {
      await orStuck(session.close(), session.underWay).catch((error: unknown) => {
        // The cause was reported; a further failure while closing is a consequence of it.
        process.exitCode ||= fail(error, session);
      });
      // A failure of the update notice is not an error.
      await noteUpdate(session).catch(() => undefined);
      release();
      // What a plugin left open, a timer or a socket, keeps no command alive.
      setTimeout(() => process.exit(), controller.signal.aborted ? 0 : leftOpen).unref();
    }
  };
}

function globalOptions(command: Command): GlobalOptions {
  const options = command.optsWithGlobals<Record<string, unknown>>();
  const { config, logLevel, progress, verbose, json } = options;
  return {
    config: config as string | undefined,
    logLevel: logLevel as LogLevel,
    progress: progress === fancyMode ? 'tty' : String(progress),
    timing: options['timing'] === true,
    executor: String(options['executor']),
    plugins: options['plugin'] as readonly string[],
    verbose: verbose as number,
    json: json === true,
    trust: options['trust'] === true,
    frozenPlugins: options['frozenPlugins'] === true,
    network: networkFlags(command),
  };
}

function fail(error: unknown, session: Session): number {
  const known = withConfigHint(withOrigins(asKitwrightError(error), session.project.plugins), session);
  session.failure(known);
  reportError(known, session.output, session.options);
  return known.exit;
}

/** Imports nothing if nobody would read the notice. */
async function noteUpdate({ output, env, stores, options }: Session): Promise<void> {
  if (!output.stderrIsTerminal || options.json || env['CI']) return;
  const [{ updateNotice }, { askInBackground }, { updateAdvice }] = await Promise.all([
    import('./updates/updateNotice.ts'),
    import('./updates/askInBackground.ts'),
    import('./executable/updateAdvice.ts'),
  ]);
  const { root } = stores();
  const ask = () => askInBackground(root);
  const notice = updateNotice({ root, env, isTerminal: true, now: Date.now(), version, advice: updateAdvice(), ask });
  if (notice) output.message(notice);
}
