import { testPlugin } from '../../plugin/testPlugin.ts';
import { testWrong } from '../testWrong.ts';
import { rightPlugin, wrongPlugins } from './wrongPlugins.ts';

testWrong(testPlugin, rightPlugin, wrongPlugins);
