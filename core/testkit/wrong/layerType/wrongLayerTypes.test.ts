import { testLayerType } from '../../layerType/testLayerType.ts';
import { testWrong } from '../testWrong.ts';
import { records } from './records.ts';
import { wrongLayerTypes } from './wrongLayerTypes.ts';

testWrong(testLayerType, () => records, wrongLayerTypes);
