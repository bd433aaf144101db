import { testWrong } from '../testWrong.ts';
import { testTargetInProcess } from './testTargetMemory.ts';
import { notAtServer, rightHttp, wrongHttp } from './wrongHttp.ts';

testWrong(testTargetInProcess, rightHttp, wrongHttp, notAtServer);
