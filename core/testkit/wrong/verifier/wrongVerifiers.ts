import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenedVerifier, Verifier } from '@kitwright/core/plugin';
import type { MakeVerifier } from '../../verifier/MadeVerifier.ts';
import type { Wrong } from '../testWrong.ts';
import { ours, type Payload, payloadOf, proofOf, readKey, sealed, theirs, verifierOf } from './sealing.ts';

const right = verifierOf(ours.publicKey);

export const rightVerifier: MakeVerifier = made({
  id: 'seal',
  open: async ({ key }) => verifierOf(readKey(key)),
});

/** Verifiers with one error each, and the cases that find it. */
export const wrongVerifiers: readonly Wrong<MakeVerifier>[] = [
  wrong(
    'does not look which kit was signed',
    {
      verify: async (evidence) => {
        const payload = payloadOf(evidence, ours.publicKey);
        return [proofOf(payload, { digest: payload.digest } as never)];
      },
    },
    ['verify: proves nothing of another kit'],
  ),
  wrong(
    'does not look who signed',
    { verify: async (evidence, subject) => [proofOf(payloadOf(evidence, ours.publicKey, true), subject)] },
    [
      'verify: proves nothing by somebody who is not trusted',
      'forged: with any bit flipped it proves nothing, or the same',
    ],
  ),
  wrong(
    'believes annotations that are not signed',
    {
      verify: async (evidence, subject) => {
        const [proof] = await right.verify(evidence, subject);
        return proof ? [{ ...proof, annotations: { ...proof.annotations, ...evidence.annotations } }] : [];
      },
    },
    ['forged: what is not signed is not believed'],
  ),
  wrong(
    'fails with the errors of its parser',
    {
      verify: async (evidence, subject) => {
        JSON.parse(Buffer.from(evidence.blobs[0]?.bytes ?? '{}').toString());
        return right.verify(evidence, subject);
      },
    },
    [
      'forged: with any bit flipped it proves nothing, or the same',
      'forged: cut, or with more behind it, it proves nothing, or the same',
      'forged: what is no signature proves nothing',
      'forged: thousands of signatures that are none take no long time',
    ],
  ),
  wrong(
    'takes nothing for a proof',
    {
      verify: async (evidence, subject) =>
        evidence.blobs.length === 0
          ? [{ signer: 'nobody', format: 'seal', annotations: {} }]
          : right.verify(evidence, subject),
    },
    ['forged: evidence without blobs proves nothing'],
  ),
  wrong('reads everything', { reads: () => true }, ['reads: passes over what is something else']),
  wrong('does not read what signers make', { reads: () => false }, [
    'verify: a signature is proven, with what was signed and who signed',
    'verify: an attestation is proven, with its statement',
  ]),
  wrong(
    'forgets the statement',
    {
      verify: async (evidence, subject) =>
        (await right.verify(evidence, subject)).map(({ statement: _, ...proof }) => proof),
    },
    ['verify: an attestation is proven, with its statement'],
  ),
  wrong(
    'makes objects of names',
    {
      verify: async (evidence, subject) => {
        const payload: Payload = payloadOf(evidence, ours.publicKey);
        const annotations: Record<string, string> = {};
        for (const [name, text] of payload.annotations) annotations[name] = text;
        return [{ ...proofOf(payload, subject), annotations }];
      },
    },
    ['verify: names that mean something to programs are texts in annotations'],
  ),
  wrong(
    'writes into what it gets',
    {
      verify: async (evidence, subject) => {
        const proven = await right.verify(evidence, subject);
        const [blob] = evidence.blobs;
        if (blob && Object.isFrozen(evidence)) blob.bytes[0] = 0x20;
        return proven;
      },
    },
    ['verify: changes nothing that it gets'],
  ),
  {
    does: 'mixes up what it verifies at once',
    fails: ['verify: says the same again, and of two kits at once'],
    make: (context) => {
      let current: Parameters<OpenedVerifier['verify']> | undefined;
      return made({
        id: 'seal',
        open: async ({ key }) => {
          readKey(key);
          return {
            ...right,
            verify: async (...given) => {
              current = given;
              await Promise.resolve();
              return right.verify(...current);
            },
          };
        },
      })(context);
    },
  },
  {
    does: 'looks at its key when it is late',
    fails: [
      'open: a file that holds no key is key-invalid',
      'open: a file that is not there, a folder, or a file of many MiB is refused',
    ],
    make: made({
      id: 'seal',
      open: async ({ key }) => {
        if (key === undefined) readKey(key);
        return right;
      },
    }),
  },
  {
    does: 'needs a key and does not say so',
    fails: ['open: without a key it is usage'],
    make: made({ id: 'seal', open: async ({ key = '' }) => verifierOf(readKey(key)) }),
  },
];

function wrong(does: string, spoiled: Partial<OpenedVerifier>, fails: readonly string[]): Wrong<MakeVerifier> {
  const open: Verifier['open'] = async ({ key }) => ({ ...verifierOf(readKey(key)), ...spoiled });
  return { does, fails, make: made({ id: 'seal', open }) };
}

function made(verifier: Verifier): MakeVerifier {
  return ({ folder }) => {
    const key = join(folder, 'key.pub');
    writeFileSync(key, ours.publicKey.export({ type: 'spki', format: 'pem' }));
    return {
      verifier,
      options: { key },
      sign: (request) => [sealed(request, ours.privateKey)],
      forge: (request) => [sealed(request, theirs.privateKey)],
    };
  };
}
