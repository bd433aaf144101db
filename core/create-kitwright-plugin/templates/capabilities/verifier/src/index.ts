import { createPublicKey, type KeyObject } from 'node:crypto';
import { definePlugin, KitwrightError, type Plugin, readPlainFile } from '@kitwright/core/plugin';
import { verifierOf } from './verifierOf.ts';

/** Bytes of a file with a key. */
const maxKey = 16 * 1024;

/** `kitwright verify KIT --verifier my-plugin --key FILE`: verifies with an Ed25519 key (RFC 8032) in a PEM file. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('verifier', {
        id: 'my-plugin',
        open: async ({ key }) => {
          if (key === undefined) throw new KitwrightError('usage', 'Name the public key: --key FILE.');
          return verifierOf(readKey(key));
        },
      });
    },
  });
}

function readKey(path: string): KeyObject {
  const pem = readPlainFile(path, maxKey);
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new KitwrightError('key-invalid', `${path} is no public key.`, { cause });
  }
  throw new KitwrightError('key-invalid', `${path} is no Ed25519 key.`);
}
