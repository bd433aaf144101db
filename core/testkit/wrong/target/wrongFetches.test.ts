import { testWrong } from '../testWrong.ts';
import { testTargetInProcess } from './testTargetMemory.ts';
import { wrongEnds } from './wrongEnds.ts';
import { wrongFetches } from './wrongFetches.ts';
import { inMemory, notInMemory } from './wrongMemory.ts';
import { wrongReads } from './wrongReads.ts';

testWrong(
  testTargetInProcess,
  inMemory(() => ({})),
  [...wrongFetches, ...wrongReads, ...wrongEnds],
  notInMemory,
);
