import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { testReporter } from '@kitwright/testkit';
import reporterJunit from './index.ts';

testReporter(test, ({ folder }) => {
  const file = join(folder, 'report.xml');
  const { capabilities } = createKitwright({ plugins: [reporterJunit({ file })] });
  return {
    reporter: capabilities.get('reporter', 'junit'),
    written: () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
  };
});
