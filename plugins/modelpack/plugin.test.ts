import { test } from 'node:test';
import { testPlugin } from '@kitwright/testkit';
import { modelPack } from './index.ts';

testPlugin(test, () => modelPack());
