import type { OpenContext } from '@kitwright/core/plugin';
import { answerCredentials } from './answerCredentials.ts';
import { createSlots } from './createSlots.ts';
import { abortedError, endedError, programError, protocolError } from './programError.ts';
import { type JsonObject, type Message, NotTheProtocol, readMessages } from './readMessages.ts';
import type { RunningProgram } from './startProgram.ts';

/** A program that has said what it can do. */
export interface Connection {
  /** What it can do besides what every target can: `tags`, `untag`, `delete`, `close`. */
  readonly powers: ReadonlySet<string>;
  /** Begins a request; waits if the program has enough to do. */
  readonly begin: (what: string, params: JsonObject, flow?: Flow) => Promise<Call>;
  /** A request without bytes. */
  readonly ask: (what: string, params?: JsonObject) => Promise<unknown>;
  /** Ends the program. */
  readonly end: () => Promise<void>;
  readonly kill: () => Promise<void>;
}

/** A request under way. */
export interface Call {
  /** Sends a message about it, with a frame after it. */
  readonly send: (message: JsonObject, frame?: Uint8Array) => Promise<void>;
  /** The member `ok` of the answer. */
  readonly answer: Promise<unknown>;
}

/** What a program may send before it answers. */
export interface Flow {
  readonly onBytes?: (bytes: Uint8Array) => void;
  readonly onCredit?: (bytes: number) => void;
}

interface Pending extends Flow, PromiseWithResolvers<unknown> {
  readonly what: string;
}

/** What a program is told first. */
export interface Hello {
  readonly location: string;
  readonly access: string;
}

/** The version of PROTOCOL.md. */
const version = 1;

/** Says hello and waits for the answer. Throws `plugin-failed`, and the program's own errors. */
export async function openConnection(
  name: string,
  program: RunningProgram,
  hello: Hello,
  context: OpenContext,
): Promise<Connection> {
  const calls = createCalls(name, program, context);
  const { anonymous, userAgent } = context;
  const given = calls.begin('hello', { versions: [version], ...hello, anonymous, userAgent });
  const { powers, parallel } = helloAnswer(await (await given).answer, calls.refuse);
  const slots = createSlots(parallel);
  const begin: Connection['begin'] = async (what, params, flow) => {
    await slots.take();
    const call = await calls.begin(what, params, flow).catch((error: unknown) => {
      slots.free();
      throw error;
    });
    call.answer.then(slots.free, slots.free);
    return call;
  };
  return {
    powers,
    begin,
    ask: async (what, params = {}) => (await begin(what, params)).answer,
    end: calls.end,
    kill: calls.kill,
  };
}

/** Requests that a program may be given at the same time. */
const maxParallel = 64;

function helloAnswer(answer: unknown, refuse: (what: string) => never) {
  const given = (typeof answer === 'object' && answer !== null ? answer : {}) as JsonObject;
  const { powers = [], parallel = 1 } = given;
  if (given['version'] !== version) return refuse(`an answer to hello that is not of version ${version}`);
  if (!Array.isArray(powers)) return refuse('powers that are no list');
  if (!Number.isInteger(parallel) || Number(parallel) < 1) return refuse('parallel, which is no number of requests');
  return { powers: new Set(powers.map(String)), parallel: Math.min(Number(parallel), maxParallel) };
}

interface Calls extends Pick<Connection, 'begin' | 'end' | 'kill'> {
  readonly refuse: (what: string) => never;
}

/** The requests of one program, and the loop that reads its answers. */
function createCalls(name: string, program: RunningProgram, context: OpenContext): Calls {
  const pending = new Map<number, Pending>();
  const { signal } = context;
  let [lastId, over] = [0, undefined as { readonly error: unknown } | undefined];
  const busyWith = () => [...pending.values()].map(({ what }) => what);
  const stop = (error: unknown) => {
    over ??= { error };
    signal.removeEventListener('abort', aborted);
    for (const { reject } of pending.values()) reject(over.error);
    pending.clear();
  };
  const kill = async () => {
    stop(endedError(name, 'was ended', busyWith()));
    await program.kill();
  };
  const aborted = () => {
    stop(abortedError(name, signal.reason, busyWith()));
    void program.kill();
  };
  const send = async (message: JsonObject, frame?: Uint8Array) => {
    const line = Buffer.from(`${JSON.stringify(message)}\n`);
    await program
      .write(frame ? [line, frame] : [line])
      .catch(async () => stop(endedError(name, await program.ended, busyWith())));
    if (over) throw over.error;
  };
  const receive = receiver(name, context, pending, send);
  const read = async () => {
    for await (const message of readMessages(program.output)) receive(message);
  };
  void read().then(
    async () => stop(endedError(name, await program.ended, busyWith())),
    async (error: unknown) => {
      const isOurs = error instanceof NotTheProtocol;
      stop(isOurs ? protocolError(name, error) : endedError(name, await program.ended, busyWith()));
      await program.kill();
    },
  );
  if (signal.aborted) aborted();
  else signal.addEventListener('abort', aborted, { once: true });
  return {
    begin: async (what, params, flow = {}) => {
      if (over) throw over.error;
      const id = ++lastId;
      const call: Pending = { what, ...flow, ...Promise.withResolvers<unknown>() };
      call.promise.catch(() => undefined);
      pending.set(id, call);
      await send({ id, do: what, ...params });
      return { send: (message, frame) => send({ id, ...message }, frame), answer: call.promise };
    },
    refuse: (what) => {
      const error = protocolError(name, new NotTheProtocol(what));
      stop(error);
      void program.kill();
      throw error;
    },
    kill,
    end: async () => {
      stop(endedError(name, 'was ended', busyWith()));
      await program.end();
    },
  };
}

/** What is done with each message of the program. */
function receiver(
  name: string,
  context: OpenContext,
  pending: Map<number, Pending>,
  send: (message: JsonObject) => Promise<void>,
): (message: Message) => void {
  const credentials = answerCredentials(context, send);
  return ({ line, bytes }) => {
    if ('ask' in line) return credentials(line);
    const id = line['id'];
    const call = typeof id === 'number' ? pending.get(id) : undefined;
    if (!call) throw new NotTheProtocol(`an answer to a request that is not under way: ${shownIn(id)}`);
    if (bytes) return accept(call.onBytes, bytes, 'bytes that nobody has asked for');
    if ('credit' in line) return accept(call.onCredit, creditIn(line), 'credit for what nobody sends');
    if (typeof line['progress'] === 'string')
      return context.progress(`${name} ${line['progress'].slice(0, maxProgress)}`);
    if (!('ok' in line) && !('error' in line))
      throw new NotTheProtocol(`a message that says nothing: ${shownIn(line)}`);
    pending.delete(Number(id));
    if ('error' in line) call.reject(programError(name, line['error']));
    else call.resolve(line['ok']);
  };
}

/** Characters. */
const [maxShown, maxProgress] = [80, 200];

function shownIn(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, maxShown);
}

function accept<T>(take: ((value: T) => void) | undefined, value: T, otherwise: string): void {
  if (!take) throw new NotTheProtocol(otherwise);
  take(value);
}

function creditIn({ credit }: JsonObject): number {
  if (Number.isSafeInteger(credit) && Number(credit) > 0) return Number(credit);
  throw new NotTheProtocol(`credit that is no number of bytes: ${shownIn(credit)}`);
}
