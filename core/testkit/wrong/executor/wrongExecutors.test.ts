import { testExecutor } from '../../executor/testExecutor.ts';
import { testWrong } from '../testWrong.ts';
import { rightExecutor, wrongExecutors } from './wrongExecutors.ts';

testWrong(testExecutor, rightExecutor, wrongExecutors);
