import { testSigner } from '../../signer/testSigner.ts';
import { testWrong } from '../testWrong.ts';
import { rightSigner, wrongSigners } from './wrongSigners.ts';

testWrong(testSigner, rightSigner, wrongSigners);
