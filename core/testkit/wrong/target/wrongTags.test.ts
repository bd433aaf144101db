import { testTarget } from '../../target/testTarget.ts';
import { testWrong } from '../testWrong.ts';
import { inMemory, notInMemory } from './wrongMemory.ts';
import { wrongPowers } from './wrongPowers.ts';
import { wrongResolves } from './wrongResolves.ts';
import { wrongTags } from './wrongTags.ts';

testWrong(
  testTarget,
  inMemory(() => ({})),
  [...wrongResolves, ...wrongTags, ...wrongPowers],
  notInMemory,
);
