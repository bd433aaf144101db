import { type AddTest, addCases } from '../suite/addCases.ts';
import { openBench } from '../suite/Bench.ts';
import type { MakeRemoteData } from './MadeRemoteData.ts';
import { remoteDataCases } from './remoteDataCases.ts';

/**
 * Tests remote data: each rule is one test of the runner (`test` of node:test, vitest or jest), on data that `make`
 * makes for it. What the maker gives no means for is skipped, with the reason.
 */
export function testRemoteData(test: AddTest, make: MakeRemoteData): void {
  addCases(test, remoteDataCases, openBench(make));
}
