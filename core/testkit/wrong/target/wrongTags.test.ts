import { testWrong } from '../testWrong.ts';
import { testTargetInProcess } from './testTargetMemory.ts';
import { inMemory, notInMemory } from './wrongMemory.ts';
import { wrongPowers } from './wrongPowers.ts';
import { wrongResolves } from './wrongResolves.ts';
import { wrongTags } from './wrongTags.ts';

testWrong(
  testTargetInProcess,
  inMemory(() => ({})),
  [...wrongResolves, ...wrongTags, ...wrongPowers],
  notInMemory,
);
