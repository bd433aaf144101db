import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { argoFile } from '../support/argoTemplate.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { succeed } from './peer.ts';

const { ARGO: argo = '' } = process.env;

it('Argo takes the templates and the workflow, and sees a mistake', { skip: !argo && 'no argo' }, async () => {
  using folder = temporaryFolder();
  const { path } = folder;
  const lint = () => runCli([argoFile('templates'), 'workflow.yaml'], { cwd: path, command: argo });
  copyFileSync(argoFile('workflow'), join(path, 'workflow.yaml'));
  assert.match(succeed(await lint()).stdout, /no linting errors/);
  const text = readFileSync(argoFile('workflow'), 'utf8');
  writeFileSync(join(path, 'workflow.yaml'), text.replace('outputs.parameters.ref}}', 'outputs.parameters.uri}}'));
  assert.notEqual((await lint()).code, 0);
});
