import type { AddTest } from '../../suite/addCases.ts';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import { testTarget } from '../../target/testTarget.ts';
import { testWrong } from '../testWrong.ts';
import { inFolder, ofMemory, wrongMemoryUse } from './wrongMemoryUse.ts';

function testTargetMemory(test: AddTest, make: MakeTarget): void {
  testTarget((name, run) => (ofMemory.has(name) ? test(name, run) : undefined), make);
}

testWrong(
  testTargetMemory,
  inFolder(() => ({})),
  wrongMemoryUse,
);
