import { spawn } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { findProgram, type JsonValue, type OpenContext, parseJsonObject, withSafePath } from '@kitwright/core/plugin';
import { strictBase64 } from '../formats/strictBase64.ts';
import { isRecord, type JsonRecord } from '../formats/strictJson.ts';
import { keyError } from './keyError.ts';
import { parsePublicKey } from './publicKey.ts';
import { serviceOf } from './readKeyText.ts';

/** Go's number for SHA-256. */
const sha256 = 5;

/** Bytes that a program may answer. */
const maxAnswer = 1024 * 1024;

const options = { keyVersion: '', remoteVerification: false };

/** A key in a service, reached by the program `sigstore-kms-SCHEME`. */
export interface ServiceKey {
  readonly publicKey: () => Promise<KeyObject>;
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/**
 * A key in a service, as `scheme://id`, by the protocol of sigstore (signature/kms/cliplugin, version v1): its program
 * gets JSON as an argument and the message on standard input, and answers JSON. It runs with the user's environment,
 * where its credentials are. Undefined for other keys. Throws `key-invalid`.
 */
export function serviceKey(key: string, context: OpenContext): ServiceKey | undefined {
  const service = serviceOf(key);
  if (!service) return undefined;
  const name = `sigstore-kms-${service.scheme}`;
  const program = findProgram(name, context.env);
  if (program === undefined) {
    const hint = 'A key is a file, env://NAME, or scheme://ID with the program sigstore-kms-scheme in PATH.';
    throw keyError(key, `is in a service, and its program ${name} is not in PATH`, hint);
  }
  const call = (methodName: string, args: JsonValue, message: Uint8Array) =>
    ask({ key, program, context }, service.id, { methodName, [methodName]: args }, message);
  return {
    publicKey: async () => {
      const answer = await call('publicKey', { publicKeyOptions: { rpcOptions: options } }, Buffer.alloc(0));
      return parsePublicKey(bytesIn(key, answer, 'publicKey', 'publicKeyPEM').toString(), key);
    },
    sign: async (bytes) => {
      const signOptions = { rpcOptions: options, messageOptions: { digest: null } };
      return bytesIn(key, await call('signMessage', { signOptions }, bytes), 'signMessage', 'signature');
    },
  };
}

interface KeyProgram {
  readonly key: string;
  readonly program: string;
  readonly context: OpenContext;
}

async function ask(
  called: KeyProgram,
  keyResourceID: string,
  method: Readonly<Record<string, JsonValue>>,
  message: Uint8Array,
): Promise<JsonRecord> {
  const initOptions = { protocolVersion: 'v1', keyResourceID, hashFunc: sha256, rpcOptions: options };
  const output = await run(called, JSON.stringify({ initOptions, ...method }), message);
  const answer = answerIn(called.key, output);
  const { errorMessage } = answer;
  if (typeof errorMessage === 'string' && errorMessage) throw failed(called.key, errorMessage);
  return answer;
}

function failed(key: string, why: string, cause?: unknown) {
  return keyError(key, `cannot be used: its program says ${JSON.stringify(why)}`, undefined, cause);
}

function answerIn(key: string, output: Buffer): JsonRecord {
  try {
    return parseJsonObject(output, 'answer');
  } catch (error) {
    throw keyError(key, 'cannot be used: its program does not answer in JSON', undefined, error);
  }
}

/** What the program prints. Its exit status says nothing, by the protocol. */
function run({ key, program, context }: KeyProgram, argument: string, message: Uint8Array): Promise<Buffer> {
  const { env, signal } = context;
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['v1', argument], { env: withSafePath(env), signal, stdio: ['pipe', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (bytes: Buffer) => {
      size += bytes.length;
      if (size <= maxAnswer) output.push(bytes);
      else child.kill();
    });
    child.stderr.resume();
    // A program may end without reading the message.
    child.stdin.on('error', () => undefined).end(message);
    child.on('error', (error) => reject(signal.aborted ? signal.reason : failed(key, error.message, error)));
    child.on('close', () => resolve(Buffer.concat(output)));
  });
}

function bytesIn(key: string, answer: JsonRecord, method: string, field: string): Buffer {
  const result = answer[method];
  const bytes = strictBase64(isRecord(result) ? result[field] : undefined);
  if (!bytes?.length) throw keyError(key, `cannot be used: its program answers ${method} without "${field}"`);
  return bytes;
}
