import { testCompressor } from '../../compressor/testCompressor.ts';
import { testWrong } from '../testWrong.ts';
import { rightCompressor, wrongCompressors } from './wrongCompressors.ts';

testWrong(testCompressor, rightCompressor, wrongCompressors);
