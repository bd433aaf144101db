import { testExporter } from '../../exporter/testExporter.ts';
import { testWrong } from '../testWrong.ts';
import { rightExporter, wrongExporters } from './wrongExporters.ts';

testWrong(testExporter, rightExporter, wrongExporters, [
  'faults: a place that refuses is an error with a code, and nothing is half there',
]);
