import { test } from 'node:test';
import { testPlugin } from '@kitwright/testkit';
import licenseGate from './index.ts';

const kitUnder = (license: string) => ({
  kitfile: { manifestVersion: '1.0.0', package: { name: 'net', license }, docs: [{ path: 'README.md' }] },
  files: { 'README.md': '# Net\n' },
});

testPlugin(test, () => ({
  plugin: licenseGate({ allow: ['MIT'] }),
  kit: kitUnder('MIT'),
  refused: { ...kitUnder('GPL-3.0'), code: 'license-not-allowed' },
}));
