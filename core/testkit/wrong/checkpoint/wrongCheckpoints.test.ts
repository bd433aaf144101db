import { testCheckpoint } from '../../checkpoint/testCheckpoint.ts';
import { testWrong } from '../testWrong.ts';
import { rightCheckpoint, wrongCheckpoints } from './wrongCheckpoints.ts';

testWrong(testCheckpoint, rightCheckpoint, wrongCheckpoints);
