import { testWrong } from '../testWrong.ts';
import { testTargetMemory } from './testTargetMemory.ts';
import { inFolder, wrongMemoryUse } from './wrongMemoryUse.ts';

testWrong(
  testTargetMemory,
  inFolder(() => ({})),
  wrongMemoryUse,
);
