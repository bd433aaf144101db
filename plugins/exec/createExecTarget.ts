import {
  type ByteRange,
  type ByteStream,
  type Closer,
  type Content,
  type Deleter,
  type Descriptor,
  KitwrightError,
  parseDescriptor,
  type TagLister,
  type Target,
} from '@kitwright/core/plugin';
import { createInflow, createOutflow } from './createFlow.ts';
import type { Connection } from './openConnection.ts';
import { type JsonObject, maxFrame } from './readMessages.ts';

/** A target whose program is started by the first request, and again after it has ended. */
export interface ExecTarget extends Target, TagLister, Deleter, Closer {}

/** What a target asks of whoever runs its program. */
export interface ProgramRuns {
  /** The running program. */
  readonly connect: () => Promise<Connection>;
  /** The running program, if one runs. */
  readonly current: () => Promise<Connection> | undefined;
}

/** `name` is shown in errors: `exec:tape/LOCATION`; `program` is that of the program. */
export function createExecTarget(name: string, program: string, { connect, current }: ProgramRuns): ExecTarget {
  const ask = async (what: string, params: JsonObject) => (await connect()).ask(what, params);
  const withPower = async (power: string, what: string) => {
    const connection = await connect();
    if (connection.powers.has(power)) return connection;
    throw new KitwrightError('target-invalid', `${program} cannot ${what}.`, { data: { program } });
  };
  return {
    name,
    complete: false,
    exists: async (descriptor) => (await ask('exists', { descriptor: bare(descriptor) })) === true,
    fetch: (descriptor, range) => fetchFrom(connect, descriptor, range),
    push: async (descriptor, content) => pushTo(await connect(), descriptor, content),
    resolve: async (repository, reference) => {
      const found = await ask('resolve', { repository, reference });
      return found === null || found === undefined ? undefined : unnamed(parseDescriptor(found));
    },
    tag: async (descriptor, repository, tag) => {
      await ask('tag', { descriptor: bare(descriptor), repository, tag: tag ?? null });
    },
    tags: async function* () {
      for await (const tag of pages(await withPower('tags', 'list its tags'), 'tags', {}))
        if (typeof tag === 'string') yield tag;
    },
    untag: async (tag) => {
      await (await withPower('untag', 'remove tags')).ask('untag', { tag });
    },
    delete: async (descriptor) => {
      await (await withPower('delete', 'remove kits')).ask('delete', { descriptor: bare(descriptor) });
    },
    close: async () => {
      const connection = await current();
      if (connection?.powers.has('close')) await connection.ask('close');
      await connection?.end();
    },
    discard: () =>
      void current()
        ?.then(({ kill }) => kill())
        .catch(() => undefined),
  };
}

/** Annotations are of whoever holds the descriptor, not of its content. */
function bare({ mediaType, digest, size }: Descriptor): JsonObject {
  return { mediaType, digest, size };
}

/** Without the annotations by which a list of kits names it. */
function unnamed({ annotations: _, ...descriptor }: Descriptor): Descriptor {
  return descriptor;
}

/** Pages of a list: nobody has more, and a program that never ends is noticed. */
const maxPages = 10_000;

async function* pages(connection: Connection, what: string, params: JsonObject): AsyncGenerator<unknown> {
  let next: unknown;
  for (let page = 0; page < maxPages; page++) {
    const answer = await connection.ask(what, next === undefined ? params : { ...params, next });
    const { items, ...rest } = (typeof answer === 'object' && answer !== null ? answer : {}) as JsonObject;
    yield* Array.isArray(items) ? items : [];
    next = rest['next'] ?? undefined;
    if (next === undefined) return;
  }
  throw new KitwrightError('plugin-failed', `The list of ${what} does not end.`);
}

async function* fetchFrom(
  connect: ProgramRuns['connect'],
  descriptor: Descriptor,
  range: ByteRange = { start: 0, end: descriptor.size },
): ByteStream {
  const inflow = createInflow(range.end - range.start);
  const params = { descriptor: bare(descriptor), range, credit: inflow.credit };
  const { send, answer } = await (await connect()).begin('fetch', params, { onBytes: inflow.push });
  answer.then(inflow.end, inflow.fail);
  let ended = false;
  try {
    for (;;) {
      const part = await inflow.next();
      if (!part) break;
      yield part.bytes;
      if (part.grant > 0) await send({ do: 'credit', credit: part.grant });
    }
    ended = true;
  } catch (error) {
    ended = true;
    throw error;
  } finally {
    // The rest is not wanted; nobody waits until the program has noticed.
    if (!ended) send({ do: 'cancel' }).catch(() => undefined);
  }
}

async function pushTo(connection: Connection, descriptor: Descriptor, content: Content): Promise<void> {
  const outflow = createOutflow();
  const { send, answer } = await connection.begin('push', { descriptor: bare(descriptor) }, { onCredit: outflow.add });
  let [answered, sent] = [false, 0];
  const stop = () => {
    answered = true;
    outflow.stop();
  };
  answer.then(stop, stop);
  try {
    await content.read({ start: 0, end: descriptor.size }, async (block) => {
      for (let at = 0; at < block.byteLength; ) {
        const bytes = await outflow.take(Math.min(maxFrame, block.byteLength - at));
        if (bytes === 0) throw new Error(`${descriptor.digest} is not wanted.`);
        await send({ bytes }, block.subarray(at, at + bytes));
        at += bytes;
        sent += bytes;
      }
    });
    // The program would wait for the rest.
    if (sent < descriptor.size && !answered) throw tooShort(descriptor, sent);
  } catch (error) {
    // The program's own answer says more than what it did to the reading.
    if (answered) return void (await answer);
    await send({ do: 'cancel' }).catch(() => undefined);
    throw error;
  }
  await answer;
}

function tooShort({ digest, size }: Descriptor, sent: number): KitwrightError {
  return new KitwrightError('descriptor-mismatch', `${digest} is damaged: it has ${sent} of ${size} bytes.`, {
    data: { digest },
  });
}
