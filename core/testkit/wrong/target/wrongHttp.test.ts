import { testTarget } from '../../target/testTarget.ts';
import { testWrong } from '../testWrong.ts';
import { notAtServer, rightHttp, wrongHttp } from './wrongHttp.ts';

testWrong(testTarget, rightHttp, wrongHttp, notAtServer);
