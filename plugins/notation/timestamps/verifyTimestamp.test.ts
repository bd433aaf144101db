import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCertificate } from '../certificates/Certificate.ts';
import { type CertificateOptions, createCertificate, type Issued } from '../testing/createCertificate.ts';
import { createTimestamp } from '../testing/createTimestamp.ts';
import { verifyTimestamp } from './verifyTimestamp.ts';

const stamped = Buffer.from('signature');
const at = new Date('2024-05-06T07:08:09Z');
const purpose = { purposes: ['1.3.6.1.5.5.7.3.8'], purposesAreCritical: true };

const createAuthority = (options: CertificateOptions = {}): readonly [Issued, Issued] => {
  const root = createCertificate('stamps', { isAuthority: true });
  return [createCertificate('stamper', { issuer: root, ...purpose, ...options }), root];
};

const verify = (token: Uint8Array, { der }: Pick<Issued, 'der'>, bytes: Uint8Array = stamped) =>
  verifyTimestamp(token, bytes, [readCertificate(der)]);
const refusal = (message: RegExp) => ({ code: 'signature-invalid', message });

for (const kind of ['P-256', 'RSA 2048'] as const)
  test(`a timestamp by an authority with a key of ${kind} counts, with its accuracy`, () => {
    const [stamper, root] = createAuthority({ kind });
    for (const chain of [[stamper], [stamper, root]] as const) {
      const { time, earliest, latest } = verify(createTimestamp(stamped, at, chain), root);
      assert.deepEqual([time, +earliest, +latest], [at, +at - 1000, +at + 1000]);
    }
  });

test('a timestamp about something else, or by somebody else, does not count', () => {
  const [stamper, root] = createAuthority();
  const token = createTimestamp(stamped, at, [stamper, root]);
  assert.throws(() => verify(token, root, Buffer.from('other')), refusal(/something else/));
  assert.throws(() => verify(token, createAuthority()[1]), refusal(/not trusted/));
  const impostor = { ...stamper, key: createCertificate('stamper').key };
  assert.throws(() => verify(createTimestamp(stamped, at, [impostor, root]), root), refusal(/not signed/));
  const without = createTimestamp(stamped, at, [stamper]);
  assert.throws(() => verify(without.subarray(0, -1), root), refusal(/cannot be read/));
});

for (const [name, options] of Object.entries<CertificateOptions>({
  'for signing code': { purposes: ['1.3.6.1.5.5.7.3.3'] },
  'for more than stamps': { purposes: ['1.3.6.1.5.5.7.3.8', '1.3.6.1.5.5.7.3.3'] },
  'whose purpose is not critical': { purposesAreCritical: false },
  'that was over': { to: new Date('2024-01-01T00:00:00Z') },
  'that was to come': { from: new Date('2025-01-01T00:00:00Z') },
}))
  test(`a timestamp by a certificate ${name} does not count`, () => {
    const [stamper, root] = createAuthority(options);
    assert.throws(() => verify(createTimestamp(stamped, at, [stamper, root]), root), refusal(/certificate/));
  });

test('no byte of a timestamp can be changed without being noticed', () => {
  const [stamper, root] = createAuthority();
  const token = createTimestamp(stamped, at, [stamper]);
  for (let i = 0; i < token.length; i++) {
    const changed = Buffer.from(token);
    changed[i] = (changed[i] as number) ^ 1;
    let found: unknown = at;
    try {
      // Numbers of versions, and the name of the signer beside its hash, may be anything.
      found = verify(changed, root).time;
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'signature-invalid', `byte ${i}: ${String(error)}`);
    }
    assert.deepEqual(found, at, `byte ${i}`);
  }
});
