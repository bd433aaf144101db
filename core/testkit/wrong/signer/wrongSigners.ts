import { createPublicKey, type KeyObject } from 'node:crypto';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  KitwrightError,
  type OpenContext,
  type OpenedSigner,
  type Signer,
  type SignerOptions,
} from '@kitwright/core/plugin';
import type { MakeSigner } from '../../signer/MadeSigner.ts';
import type { Wrong } from '../testWrong.ts';
import { ours, readKey, sealed, theirs, verifierOf } from '../verifier/sealing.ts';

/** A key that was opened, and how. */
interface Opening {
  readonly key: KeyObject;
  readonly right: OpenedSigner;
  readonly options: SignerOptions;
  readonly context: OpenContext;
}

export const rightSigner: MakeSigner = made(() => ({}));

/** Signers with one error each, and the cases that find it. */
export const wrongSigners: readonly Wrong<MakeSigner>[] = [
  wrong(
    'gives evidence of no type',
    ({ right }) => ({
      sign: async (request) =>
        (await right.sign(request)).map((each) => ({ ...each, annotations: {}, tag: 'no tag!' })),
      own: {
        ...right.own,
        reads: ({ artifactType, tag }) => right.own.reads({ artifactType, ...(tag === 'v1' ? { tag } : {}) }),
      },
    }),
    ['sign: gives evidence of a type, in blobs of a few MiB'],
  ),
  wrong(
    'signs what came last',
    ({ key }) => {
      let current: Parameters<OpenedSigner['sign']>[0] | undefined;
      return {
        sign: async (request) => {
          current = request;
          await setImmediate();
          return [sealed(current, key)];
        },
      };
    },
    ['sign: many kits at once get each their own'],
  ),
  wrong(
    'does not sign for a place with a port',
    ({ right }) => ({
      sign: async (request) => {
        if (request.repository.includes(':')) throw new KitwrightError('usage', 'No port, please.');
        return right.sign(request);
      },
    }),
    ['sign: a repository is part of what is signed, or of no meaning'],
  ),
  wrong(
    'asks for the password for each kit',
    ({ right, options: { password } }) => ({
      sign: async (request) => {
        await password('Again');
        return right.sign(request);
      },
    }),
    ['open: asks for the password once, and not for each kit'],
  ),
  wrong(
    'waits for an answer whatever the signal says',
    ({ right, context: { signal } }) => ({
      sign: (request) => (signal.aborted ? new Promise<never>(() => undefined) : right.sign(request)),
    }),
    ['abort: ends soon after the signal, and says so if it fails'],
  ),
  wrong('forgets annotations', ({ right }) => ({ sign: (request) => right.sign({ ...request, annotations: {} }) }), [
    'sign: what was signed before stays right',
    'verify: a signature is proven, with what was signed and who signed',
    'verify: names that mean something to programs are texts in annotations',
    'verify: says the same again, and of two kits at once',
    'forged: what is not signed is not believed',
  ]),
  wrong(
    'makes no attestations and does not say so',
    ({ right }) => ({ sign: ({ statement: _, ...request }) => right.sign(request) }),
    ['verify: an attestation is proven, with its statement'],
  ),
  wrong(
    'tells its password',
    ({ right, options, context }) => {
      options.password('Once').then((password) => context.logger.debug(`opened with ${password}`));
      return right;
    },
    ['open: asks for the password once, and not for each kit', 'secrets: none is logged, in an error or in a result'],
  ),
  wrong(
    'leaves its key file open',
    ({ right, options: { key = '' } }) => {
      openSync(key, 'r');
      return right;
    },
    ['leaks: no timer, socket, file or thread is left when it is disposed'],
  ),
  {
    does: 'takes any password',
    fails: ['open: a wrong password is key-invalid'],
    make: made(
      () => ({}),
      async () => 'kw-test-secret-5e0b1f',
    ),
  },
];

function wrong(
  does: string,
  spoil: (opening: Opening) => Partial<OpenedSigner>,
  fails: readonly string[],
): Wrong<MakeSigner> {
  return { does, fails, make: made(spoil) };
}

function made(spoil: (opening: Opening) => Partial<OpenedSigner>, ask?: SignerOptions['password']): MakeSigner {
  const signer: Signer = {
    id: 'seal',
    open: async (options, context) => {
      const { signal } = context;
      const key = readKey(
        options.key,
        options.key === undefined ? '' : ((await (ask ?? options.password)('Password')) ?? ''),
      );
      const right: OpenedSigner = {
        sign: async (request) => {
          signal.throwIfAborted();
          return [sealed(request, key)];
        },
        own: verifierOf(createPublicKey(key)),
      };
      return { ...right, ...spoil({ key, right, options, context }) };
    },
  };
  return ({ folder, secret }) => {
    const [key, other] = [join(folder, 'ours.pem'), join(folder, 'theirs.pem')];
    writeFileSync(key, locked(ours.privateKey, secret));
    writeFileSync(other, locked(theirs.privateKey, secret));
    const password = async () => secret;
    const wrongPassword = { key, password: async () => `${secret}!` };
    return { signer, options: { key, password }, other: { key: other, password }, wrongPassword };
  };
}

function locked(key: KeyObject, passphrase: string): string | Buffer {
  return key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });
}
