import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { caseNames, caseOf } from './cases.ts';
import { verifyFile } from './verifyFile.ts';

test('all cases are here', () => assert.equal(caseNames.length, 70));

for (const name of caseNames)
  test(`sigstore-conformance: ${name}`, () => {
    const { artifact: bytes, ...given } = caseOf(name);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    for (const artifact of [{ bytes }, { sha256 }]) {
      const verify = () => verifyFile({ ...given, artifact });
      if (name.endsWith('_fail')) assert.throws(verify, Error);
      else verify();
    }
  });
