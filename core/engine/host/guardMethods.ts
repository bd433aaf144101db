import { networkFailure } from '../store/retryPolicy.ts';
import type { Answers } from './Answer.ts';
import { checkReturned, isPromise } from './checkReturned.ts';
import type { PluginCalls } from './createPluginCalls.ts';
import { type Lent, lendCallbacks } from './lendCallbacks.ts';
import { callError, isRefusedFetch } from './pluginError.ts';

/** Whose methods these are, and how errors and waiting calls name them. */
export interface Guard {
  readonly plugin: string;
  /** Shown before the method's name: `target webdav`. */
  readonly label: string;
  readonly calls: PluginCalls;
  /** What the methods must give; without one for a method, anything. */
  readonly answers?: Answers | undefined;
}

type Method = (...args: unknown[]) => unknown;

/** Methods that give an object with methods of its own. */
const opening = new Set(['open', 'pushEarly']);

/**
 * The same object with guarded methods: their errors name the plugin, and what they promise or stream is not waited for
 * once the run is cancelled. Everything else stays what it is, also in instances of classes.
 */
export function guardMethods<T extends object>(given: T, guard: Guard): T {
  const guarded: object = {};
  for (const key of keysOf(given)) Object.defineProperty(guarded, key, guardedProperty(given, key, guard));
  return guarded as T;
}

/** Own keys and those of its classes. */
function keysOf(given: object): ReadonlySet<string | symbol> {
  const keys = new Set<string | symbol>();
  for (let at: object | null = given; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const key of Reflect.ownKeys(at)) if (key !== 'constructor') keys.add(key);
  return keys;
}

function guardedProperty(given: object, key: string | symbol, guard: Guard): PropertyDescriptor {
  const value: unknown = Reflect.get(given, key);
  const answer = answerOf(String(key), guard);
  if (answer && 'holds' in answer && typeof value === 'object' && value !== null)
    return {
      enumerable: true,
      value: guardMethods(value, { ...guard, label: `${guard.label}.${String(key)}`, answers: answer.holds }),
    };
  if (typeof value !== 'function') return { enumerable: true, get: () => Reflect.get(given, key) };
  const what = `${guard.label}.${String(key)}`;
  const method = (...args: unknown[]) => {
    const lent = lendCallbacks(args);
    return settle(() => Reflect.apply(value as Method, given, lent.args), { key: String(key), what, lent, guard });
  };
  originals.set(method, value);
  return { enumerable: true, value: method };
}

const originals = new WeakMap<object, unknown>();

/** The method that a plugin gave, without its guards. */
export function originalOf(method: unknown): unknown {
  let found = method;
  while (typeof found === 'function' && originals.has(found)) found = originals.get(found);
  return found;
}

function answerOf(key: string, { answers }: Guard): Answers[string] | undefined {
  return answers && Object.hasOwn(answers, key) ? answers[key] : undefined;
}

interface Called {
  readonly key: string;
  /** The method as errors name it. */
  readonly what: string;
  readonly lent: Lent;
  readonly guard: Guard;
}

/** What the method gave, guarded too. */
function settle(call: () => unknown, called: Called): unknown {
  const { what, guard } = called;
  const { plugin, calls } = guard;
  try {
    const result = calls.runSync(plugin, what, call);
    checked(result, called);
    if (isPromise(result))
      return calls.run(plugin, what, result).then(
        (value) => guardResult(checked(value, called), called),
        (error: unknown) => {
          throw errorOf(error, called);
        },
      );
    if (isStream(result)) return guardStream(result, called);
    return guardResult(result, called);
  } catch (error) {
    throw errorOf(error, called);
  }
}

function errorOf(error: unknown, { what, lent, guard }: Called): unknown {
  if (guard.label.startsWith('network ') && isOfAsker(error, lent.args)) return error;
  return lent.threw(error) ? error : callError(guard.plugin, what, error);
}

/** Who asked for such a request, or gave it up, is to blame, not who provides the network: the asker's own guard names it. */
function isOfAsker(error: unknown, [, init]: readonly unknown[]): boolean {
  const { signal } = (init ?? {}) as Pick<RequestInit, 'signal'>;
  return (signal?.aborted && error === signal.reason) || (isRefusedFetch(error) && !networkFailure(error));
}

function checked(result: unknown, { key, what, guard }: Called): unknown {
  const answer = answerOf(key, guard);
  if (answer && 'gives' in answer) checkReturned(result, answer, { plugin: guard.plugin, what });
  return result;
}

function guardResult(result: unknown, { key, guard }: Called): unknown {
  if (!opening.has(key) || typeof result !== 'object' || result === null) return result;
  const answer = answerOf(key, guard);
  return guardOpened(result, { ...guard, answers: answer && 'opened' in answer ? answer.opened : undefined });
}

/** An opened target lies beside its repository; other things are opened themselves. */
function guardOpened(opened: object, guard: Guard): object {
  if (!('target' in opened) || typeof opened.target !== 'object' || !opened.target) return guardMethods(opened, guard);
  return { ...opened, target: guardMethods(opened.target, guard) };
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function* guardStream(stream: AsyncIterable<unknown>, called: Called) {
  const { plugin, calls } = called.guard;
  const { what } = called;
  const iterator = stream[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await calls.run(plugin, what, iterator.next());
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } catch (error) {
    ended = true;
    throw errorOf(error, called);
  } finally {
    // Who stops early ends the plugin's stream too; whether that fails is of no interest any more.
    if (!ended) await calls.run<unknown>(plugin, what, iterator.return?.() ?? Promise.resolve()).catch(() => undefined);
  }
}
