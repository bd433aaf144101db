import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import {
  definePlugin,
  type Evidence,
  KitwrightError,
  type Plugin,
  readPlainFile,
  type SignRequest,
} from '@kitwright/core/plugin';
import { artifactType, verifierOf } from './verifierOf.ts';

/** Bytes of a file with a key. */
const maxKey = 16 * 1024;

/** `kitwright sign KIT --signer my-plugin --key FILE`: signs with an Ed25519 key (RFC 8032) in a PEM file. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('signer', {
        id: 'my-plugin',
        open: async ({ key, password }) => {
          if (key === undefined) throw new KitwrightError('usage', 'Name the private key: --key FILE.');
          const secret = await readKey(key, password);
          return {
            sign: async (request) => [evidenceOf(request, secret)],
            own: verifierOf(createPublicKey(secret)),
          };
        },
      });
    },
  });
}

/** No error may hold the key or its password. */
async function readKey(path: string, ask: (question: string) => Promise<string | undefined>): Promise<KeyObject> {
  const pem = readPlainFile(path, maxKey);
  const passphrase = pem.includes('ENCRYPTED') ? ((await ask(`Password of ${path}`)) ?? '') : '';
  try {
    const key = createPrivateKey({ key: pem, passphrase });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new KitwrightError('key-invalid', `${path} cannot be used: it is damaged, or the password is wrong.`, {
      cause,
    });
  }
  throw new KitwrightError('key-invalid', `${path} is no Ed25519 key.`);
}

/** What is signed are the bytes of a JSON object that names the kit by its digest. */
function evidenceOf({ subject, repository, annotations, statement }: SignRequest, key: KeyObject): Evidence {
  const payload = Buffer.from(JSON.stringify({ digest: subject.digest, repository, annotations, statement }));
  const signature = sign(null, payload, key);
  const bytes = Buffer.from(
    JSON.stringify({ payload: payload.toString('base64'), signature: signature.toString('base64') }),
  );
  return { artifactType, blobs: [{ mediaType: `${artifactType}+json`, bytes }] };
}
