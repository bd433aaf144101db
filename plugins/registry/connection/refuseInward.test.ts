import assert from 'node:assert/strict';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { type TestContext, test } from 'node:test';
import { lookupChecked, refuseInward } from './refuseInward.ts';

const direct = () => false;
const outside = 'http://93.184.215.14';

for (const [from, to] of [
  [outside, 'http://127.0.0.1:8080/admin'],
  [outside, 'https://127.0.0.1/'],
  [outside, 'http://2130706433/'],
  [outside, 'http://0/'],
  [outside, 'http://[::1]/'],
  [outside, 'http://[::ffff:127.0.0.1]/'],
  [outside, 'http://[::]/'],
  [outside, 'http://localhost/'],
  [outside, 'https://LOCALHOST./'],
  [outside, 'http://a.localhost/'],
  [outside, 'http://169.254.169.254/latest/meta-data/'],
  [outside, 'http://168.63.129.16/machine?comp=goalstate'],
  [outside, 'http://240.0.0.1/'],
  [outside, 'http://[fe80::1]/'],
  [outside, 'http://10.1.2.3/'],
  [outside, 'http://172.31.0.1/'],
  [outside, 'https://192.168.0.1/'],
  [outside, 'http://100.64.0.1/'],
  [outside, 'http://[fd00:ec2::254]/'],
  [outside, 'http://[64:ff9b::7f00:1]/'],
  [outside, 'http://[2002:7f00:1::]/'],
  ['http://10.0.0.1', 'http://169.254.169.254/'],
  ['http://10.0.0.1', 'http://127.0.0.1/'],
] as const)
  test(`${from} may not lead to ${to}`, async () => {
    await assert.rejects(refuseInward(new URL(from), new URL(to), direct), { code: 'remote-refused' });
  });

for (const [from, to] of [
  [outside, 'http://93.184.215.15/'],
  [outside, 'https://[2606:2800::1]/'],
  ['http://10.0.0.1', 'http://10.0.0.2/'],
  ['http://10.0.0.1', 'http://93.184.215.14/'],
  ['http://127.0.0.1:1', 'http://169.254.169.254/'],
  ['http://localhost:1', 'http://127.0.0.1:2/'],
  ['http://127.0.0.1:1', 'http://10.0.0.1/'],
  [outside, `${outside}/other`],
] as const)
  test(`${from} may lead to ${to}`, () => refuseInward(new URL(from), new URL(to), direct));

test('what a proxy resolves is for the proxy to refuse; addresses and names of this machine are not', async () => {
  const from = new URL('http://registry.example');
  await refuseInward(from, new URL('http://storage.example/'), () => true);
  for (const to of ['http://127.0.0.1/', 'http://localhost/', 'http://10.0.0.1/'])
    await assert.rejects(
      refuseInward(from, new URL(to), () => true),
      { code: 'remote-refused' },
    );
});

test('a name that cannot be resolved is left to the connection', () =>
  refuseInward(new URL('http://a.invalid'), new URL('http://b.invalid'), direct));

/** What a name server of a stranger answers, one after the other. */
async function withAnswers(t: TestContext, answers: string[], work: () => Promise<void>): Promise<void> {
  type Answered = (error: null, addresses: readonly dns.LookupAddress[]) => void;
  const lookup = (_host: string, _options: object, callback: Answered) =>
    callback(null, [{ address: answers.shift() ?? '', family: 4 }]);
  const mocked = t.mock.method(dns, 'lookup', lookup as never);
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    mocked.mock.restore();
    syncBuiltinESMExports();
  }
}

const connect = (host: string) =>
  new Promise<void>((resolve, reject) =>
    lookupChecked(host, { all: true }, (error) => (error ? reject(error) : resolve())),
  );

test('a host that was connected to outside may not say a moment later that it is inside', (t) =>
  withAnswers(t, ['93.184.215.14', '127.0.0.1', '127.0.0.1'], async () => {
    await connect('rebinding.test');
    const leads = refuseInward(new URL('http://rebinding.test/'), new URL('http://127.0.0.1:8080/'), direct);
    await assert.rejects(leads, { code: 'remote-refused' });
  }));

test('nor may one to which another one led', (t) =>
  withAnswers(t, ['93.184.215.14', '127.0.0.1', '127.0.0.1'], async () => {
    const second = new URL('http://second.test/');
    await refuseInward(new URL(outside), second, direct);
    await connect('second.test');
    await assert.rejects(refuseInward(second, new URL('http://127.0.0.1:8080/'), direct), { code: 'remote-refused' });
  }));

for (const [address, other] of [
  ['127.0.0.1', '93.184.215.15'],
  ['10.1.2.3', '93.184.215.15'],
  ['169.254.169.254', '10.1.2.3'],
] as const)
  test(`nor is it connected to at ${address} then, but at ${other} it is`, (t) =>
    withAnswers(t, [other, address, other], async () => {
      const host = `moving-${address}.test`;
      await connect(host);
      await assert.rejects(connect(host), { code: 'remote-refused' });
      await connect(host);
    }));
