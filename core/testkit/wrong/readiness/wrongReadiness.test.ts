import { testReadiness } from '../../readiness/testReadiness.ts';
import { testWrong } from '../testWrong.ts';
import { rightReadiness, wrongReadiness } from './wrongReadiness.ts';

testWrong(testReadiness, rightReadiness, wrongReadiness);
