import type { AddTest } from '../../suite/addCases.ts';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import { testTarget } from '../../target/testTarget.ts';

const isOfMemory = (name: string): boolean => name.startsWith('memory:');

/** The rules of memory alone: they tell only of a target whose place is not in this process. */
export function testTargetMemory(test: AddTest, make: MakeTarget): void {
  testTarget((name, run) => (isOfMemory(name) ? test(name, run) : undefined), make);
}

/** All other rules. */
export function testTargetInProcess(test: AddTest, make: MakeTarget): void {
  testTarget((name, run) => (isOfMemory(name) ? undefined : test(name, run)), make);
}
