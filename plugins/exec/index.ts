import {
  definePlugin,
  findProgram,
  KitwrightError,
  type OpenContext,
  type OpenedTarget,
  type Plugin,
  standardWait,
  type TargetAccess,
  type Wait,
} from '@kitwright/core/plugin';
import { createExecTarget } from './createExecTarget.ts';
import { type Connection, openConnection } from './openConnection.ts';
import { programLocation } from './programLocation.ts';
import { type RunningProgram, startProgram } from './startProgram.ts';

export interface ExecOptions {
  /** How long a program has to end; tests do not wait. */
  readonly wait?: Wait;
}

/** `exec:NAME/LOCATION[:TAG]`: targets that are programs, `kitwright-target-NAME`, in any language (PROTOCOL.md). */
export function exec({ wait = standardWait }: ExecOptions = {}): Plugin {
  return definePlugin({
    name: '@kitwright/exec',
    apiVersion: 1,
    apply({ register, hooks }) {
      const running = new Set<RunningProgram>();
      hooks.dispose.tap(async () => {
        await Promise.all([...running].map(({ end }) => end()));
      });
      register('target', {
        id: 'exec',
        open: (location, access, context) => open(location, access, context, { running, wait }),
      });
    },
  });
}

interface Programs {
  readonly running: Set<RunningProgram>;
  readonly wait: Wait;
}

function open(text: string, access: TargetAccess, context: OpenContext, { running, wait }: Programs): OpenedTarget {
  const { program, location, references } = programLocation(text);
  const path = findProgram(program, context.env);
  if (path === undefined) throw missing(program);
  let current: Promise<Connection> | undefined;
  const connect = () => {
    if (current) return current;
    const started = startProgram(program, path, context, wait);
    const connection = openConnection(program, started, { location, access }, context);
    current = connection;
    running.add(started);
    connection.catch(started.kill);
    void started.ended.then(() => {
      running.delete(started);
      current = undefined;
    });
    return connection;
  };
  const name = `exec:${text}`;
  return { target: createExecTarget(name, program, { connect, current: () => current }), repository: '', references };
}

function missing(program: string): KitwrightError {
  return new KitwrightError('target-invalid', `There is no program ${program} in an absolute folder of the PATH.`, {
    data: { program },
    hint: 'Install it; a target of your own is a program of that name that speaks the protocol of @kitwright/exec.',
  });
}
