import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPair } from '../../plugins/cosign/keys/generateKeyPair.ts';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

const made = new Map<string, Promise<KeyPair>>();

/**
 * Writes `NAME.key` and `NAME.pub` into a folder, as `generate-key-pair` does. Each name has one pair for each password
 * in a process: to stretch a password takes longer than most commands.
 */
export async function writeKeyPair(folder: string, password: string, name = 'cosign'): Promise<void> {
  const id = `${name} ${password}`;
  const pair = made.get(id) ?? generateKeyPair(password);
  made.set(id, pair);
  const { privateKey, publicKey } = await pair;
  writeFileSync(join(folder, `${name}.key`), privateKey, { mode: 0o600 });
  writeFileSync(join(folder, `${name}.pub`), publicKey);
}
