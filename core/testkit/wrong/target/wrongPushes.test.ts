import { testWrong } from '../testWrong.ts';
import { testTargetInProcess } from './testTargetMemory.ts';
import { inMemory, notInMemory } from './wrongMemory.ts';
import { wrongPushes } from './wrongPushes.ts';
import { wrongVerifications } from './wrongVerifications.ts';

testWrong(
  testTargetInProcess,
  inMemory(() => ({})),
  [...wrongVerifications, ...wrongPushes],
  notInMemory,
);
