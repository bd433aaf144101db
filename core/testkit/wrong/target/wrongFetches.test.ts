import { testTarget } from '../../target/testTarget.ts';
import { testWrong } from '../testWrong.ts';
import { wrongEnds } from './wrongEnds.ts';
import { wrongFetches } from './wrongFetches.ts';
import { inMemory, notInMemory } from './wrongMemory.ts';
import { wrongReads } from './wrongReads.ts';

testWrong(
  testTarget,
  inMemory(() => ({})),
  [...wrongFetches, ...wrongReads, ...wrongEnds],
  notInMemory,
);
