import assert from 'node:assert/strict';
import { test } from 'node:test';
import { junitXml } from './junitXml.ts';

test('each kind of work is a suite, with counts and times', () => {
  const xml = junitXml([
    { suite: 'pack', name: 'model.bin', seconds: 1.5 },
    { suite: 'pack', name: 'code', seconds: 0.25 },
    { suite: 'command', name: 'disk-full', seconds: 0, failure: 'The disk is full.' },
  ]);
  assert.match(xml, /<testsuites name="kitwright" tests="3" failures="1" time="1.750">/);
  assert.match(xml, /<testsuite name="pack" tests="2" failures="0" time="1.750">/);
  assert.match(
    xml,
    /<testcase classname="kitwright.command" name="disk-full" time="0.000"><failure message="The disk is full."\/>/,
  );
});

test('no name makes the report unreadable', () => {
  const xml = junitXml([{ suite: 'pack', name: '"<a>&\n\u0000\u001b[31m\ud800', seconds: 0 }]);
  assert.match(xml, /name="&quot;&lt;a&gt;&amp;\ufffd\ufffd\ufffd\[31m\ufffd"/);
});
