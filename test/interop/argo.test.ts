import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { argoFile } from '../support/argoTemplate.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { succeed } from './peer.ts';

const { ARGO: argo = '' } = process.env;

it('argo lint takes the templates and the workflow, and sees a mistake', { skip: !argo && 'no argo' }, async () => {
  using folder = temporaryFolder();
  const { path } = folder;
  const lint = () => runCli(['lint', '--offline', path], { cwd: path, command: argo });
  for (const name of ['templates', 'workflow']) copyFileSync(argoFile(name), join(path, `${name}.yaml`));
  assert.match(succeed(await lint()).stdout, /no linting errors/);
  const text = readFileSync(argoFile('workflow'), 'utf8');
  writeFileSync(join(path, 'workflow.yaml'), text.replace('outputs.parameters.ref}}', 'outputs.parameters.uri}}'));
  assert.notEqual((await lint()).code, 0);
});
