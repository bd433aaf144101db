import { testTarget } from '../../target/testTarget.ts';
import { testWrong } from '../testWrong.ts';
import { inMemory, notInMemory } from './wrongMemory.ts';
import { wrongPushes } from './wrongPushes.ts';
import { wrongVerifications } from './wrongVerifications.ts';

testWrong(
  testTarget,
  inMemory(() => ({})),
  [...wrongVerifications, ...wrongPushes],
  notInMemory,
);
