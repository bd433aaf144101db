import { testReporter } from '../../reporter/testReporter.ts';
import { testWrong } from '../testWrong.ts';
import { rightReporter, wrongReporters } from './wrongReporters.ts';

testWrong(testReporter, rightReporter, wrongReporters);
