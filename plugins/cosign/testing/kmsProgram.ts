import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the program misbehaves. */
export type Fault = 'none' | 'error' | 'garbage' | 'endless' | 'other-key' | 'silent';

/**
 * Writes `sigstore-kms-test`, a key service as sigstore's protocol has it, which keeps its keys in files of a folder:
 * `test://NAME` is `NAME.pem`, an unencrypted PKCS #8 key. Returns the folder for `PATH`.
 */
export function writeKmsProgram(folder: string, fault: Fault = 'none'): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const path = join(bin, 'sigstore-kms-test');
  writeFileSync(path, `#!${process.execPath}\n${program.replaceAll('FAULT', fault).replaceAll('FOLDER', folder)}`);
  chmodSync(path, 0o755);
  return bin;
}

const program = `
const { createPrivateKey, createPublicKey, generateKeyPairSync, sign } = require('node:crypto');
const { readFileSync } = require('node:fs');
const [version, text] = process.argv.slice(2);
const { initOptions, methodName } = JSON.parse(text);
const answer = (value) => process.stdout.write(JSON.stringify(value));
const message = readFileSync(0);
const load = () => createPrivateKey(readFileSync('FOLDER/' + initOptions.keyResourceID + '.pem'));
const methods = {
  publicKey: () => ({ publicKeyPEM: Buffer.from(createPublicKey(load()).export({ format: 'pem', type: 'spki' })).toString('base64') }),
  signMessage: () => {
    const key = 'FAULT' === 'other-key' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : load();
    return { signature: sign('sha256', message, key).toString('base64') };
  },
  defaultAlgorithm: () => ({ defaultAlgorithm: 'ecdsa-p256-sha256' }),
  supportedAlgorithms: () => ({ supportedAlgorithms: ['ecdsa-p256-sha256'] }),
};
if (version !== 'v1' || initOptions.protocolVersion !== 'v1') answer({ errorMessage: 'version' });
else if ('FAULT' === 'error') answer({ errorMessage: 'the token is locked' });
else if ('FAULT' === 'garbage') process.stdout.write('no json');
else if ('FAULT' === 'silent') answer({});
else if ('FAULT' === 'endless') for (;;) require('node:fs').writeSync(1, 'x'.repeat(65536));
else try { answer({ [methodName]: methods[methodName]() }); } catch (error) { answer({ errorMessage: error.message }); process.exitCode = 1; }
`;
