import { testVerifier } from '../../verifier/testVerifier.ts';
import { testWrong } from '../testWrong.ts';
import { rightVerifier, wrongVerifiers } from './wrongVerifiers.ts';

testWrong(testVerifier, rightVerifier, wrongVerifiers, ['secrets: none is logged, in an error or in a result']);
