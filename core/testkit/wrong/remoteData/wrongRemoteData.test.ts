import { testRemoteData } from '../../remoteData/testRemoteData.ts';
import { testWrong } from '../testWrong.ts';
import { rightRemoteData, wrongRemoteData } from './wrongRemoteData.ts';

testWrong(testRemoteData, rightRemoteData, wrongRemoteData, [
  'faults: a download that is cut goes on where it was',
  'faults: a 401 is final, and has a code',
  'faults: the signal ends the waiting for a server that is silent',
  'secrets: none is logged, in an error or in a result',
]);
