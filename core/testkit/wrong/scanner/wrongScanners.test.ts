import { testScanner } from '../../scanner/testScanner.ts';
import { testWrong } from '../testWrong.ts';
import { rightScanner, wrongScanners } from './wrongScanners.ts';

testWrong(testScanner, rightScanner, wrongScanners);
