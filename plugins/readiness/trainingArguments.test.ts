import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trainingArguments } from './trainingArguments.ts';

/** An object with settings, as torch 2.15 saves it. */
const saved = Buffer.from(
  [
    'UEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAANABUAYXJncy9kYXRhLnBrbEZCEQBaWlpaWlpaWlpaWlpaWlpaWoACY2EKQXJncwpx',
    'ACmBcQF9cQIoWA0AAABsZWFybmluZ19yYXRlcQNHP1BiTdLxqfxYBAAAAHNlZWRxBEsqWAQAAABmcDE2cQWJWBEAAABscl9zY2hl',
    'ZHVsZXJfdHlwZXEGY2EKS2luZApxB1gGAAAAbGluZWFycQiFcQlScQpYBAAAAG5vbmVxC05YBQAAAGl0ZW1zcQxdcQ1LAWF1Yi5Q',
    'SwcIvtCKlKAAAACgAAAAUEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAAUAB4AYXJncy8uZm9ybWF0X3ZlcnNpb25GQhoAWlpaWlpa',
    'WlpaWlpaWlpaWlpaWlpaWlpaWloxUEsHCLfv3IMBAAAAAQAAAFBLAwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAAFwA6AGFyZ3MvLnN0',
    'b3JhZ2VfYWxpZ25tZW50RkI2AFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWjY0',
    'UEsHCD93cekCAAAAAgAAAFBLAwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAADgBCAGFyZ3MvYnl0ZW9yZGVyRkI+AFpaWlpaWlpaWlpa',
    'WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpabGl0dGxlUEsHCIU94xkGAAAABgAAAFBL',
    'AwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAADABAAGFyZ3MvdmVyc2lvbkZCPABaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa',
    'WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlozClBLBwjRnmdVAgAAAAIAAABQSwMEAAAICAAAAAAAAAAAAAAAAAAAAAAAABsA',
    'NQBhcmdzLy5kYXRhL3NlcmlhbGl6YXRpb25faWRGQjEAWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa',
    'WlpaWlpaWjAyOTA4NDY4Njc3NzYyOTIzMTA0MDAwODk3ODUwMjE2MjgzMjU2NzdQSwcIA36IVigAAAAoAAAAUEsBAgAAAAAICAAA',
    'AAAAAL7QipSgAAAAoAAAAA0AAAAAAAAAAAAAAAAAAAAAAGFyZ3MvZGF0YS5wa2xQSwECAAAAAAgIAAAAAAAAt+/cgwEAAAABAAAA',
    'FAAAAAAAAAAAAAAAAADwAAAAYXJncy8uZm9ybWF0X3ZlcnNpb25QSwECAAAAAAgIAAAAAAAAP3dx6QIAAAACAAAAFwAAAAAAAAAA',
    'AAAAAABRAQAAYXJncy8uc3RvcmFnZV9hbGlnbm1lbnRQSwECAAAAAAgIAAAAAAAAhT3jGQYAAAAGAAAADgAAAAAAAAAAAAAAAADS',
    'AQAAYXJncy9ieXRlb3JkZXJQSwECAAAAAAgIAAAAAAAA0Z5nVQIAAAACAAAADAAAAAAAAAAAAAAAAABWAgAAYXJncy92ZXJzaW9u',
    'UEsBAgAAAAAICAAAAAAAAAN+iFYoAAAAKAAAABsAAAAAAAAAAAAAAAAA0gIAAGFyZ3MvLmRhdGEvc2VyaWFsaXphdGlvbl9pZFBL',
    'BgYsAAAAAAAAAB4DLQAAAAAAAAAAAAYAAAAAAAAABgAAAAAAAACBAQAAAAAAAHgDAAAAAAAAUEsGBwAAAAD5BAAAAAAAAAEAAABQ',
    'SwUGAAAAAAYABgCBAQAAeAMAAAAA',
  ].join(''),
  'base64',
);

test('single values and enumerated ones are read, nothing else', () => {
  assert.deepEqual(trainingArguments(saved), {
    learning_rate: '0.001',
    seed: '42',
    fp16: 'false',
    lr_scheduler_type: 'linear',
  });
});

test('anything else gives nothing', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('x'), saved.subarray(0, 300)])
    assert.deepEqual(trainingArguments(bytes), {});
});
