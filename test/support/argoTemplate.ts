import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { commandFolder } from './commandFolder.ts';
import { type CliResult, runCli } from './runCli.ts';
import { projectRoot } from './trackedFiles.ts';

interface Template {
  readonly name: string;
  readonly inputs: { readonly parameters: readonly { readonly name: string; readonly value?: string }[] };
  readonly outputs: {
    readonly parameters?: readonly { readonly name: string; readonly valueFrom: { readonly path: string } }[];
  };
  readonly container: {
    readonly command: readonly string[];
    readonly args: readonly string[];
    readonly env: readonly { readonly name: string; readonly value: string }[];
  };
}

export interface EndedTemplate extends CliResult {
  readonly outputs: Readonly<Record<string, string>>;
}

/** Has no default, and is started nowhere here. */
const image = 'registry.example.com/kitwright:0.1.0';

export const argoFile = (name: string) => join(projectRoot, 'pipelines', 'argo', `${name}.yaml`);

/** Runs the container of a template, with parameters as Argo replaces them; its folder `/kit` is one below `folder`. */
export async function runArgoTemplate(
  folder: string,
  name: string,
  parameters: Readonly<Record<string, string>>,
): Promise<EndedTemplate> {
  const { spec } = parse(readFileSync(argoFile('templates'), 'utf8')) as {
    readonly spec: { readonly templates: readonly Template[] };
  };
  const template = spec.templates.find((each) => each.name === name) ?? assert.fail(name);
  const given = Object.fromEntries(
    template.inputs.parameters.map((each) => [
      each.name,
      { image, ...parameters }[each.name] ?? each.value ?? assert.fail(each.name),
    ]),
  );
  const placed = (text: string) => text.replaceAll(/(?<![\w./])\/kit(?=\/)/g, join(folder, 'kit'));
  const replaced = (text: string) =>
    placed(text).replaceAll(
      /\{\{inputs\.parameters\.([\w-]+)\}\}/g,
      (_, key: string) => given[key] ?? assert.fail(key),
    );
  // A pod has an empty folder of its own.
  rmSync(join(folder, 'kit', 'data'), { recursive: true, force: true });
  const [command = '', ...flags] = template.container.command;
  const said = await runCli([...flags, ...template.container.args.map(replaced)], {
    cwd: folder,
    command,
    env: {
      ...Object.fromEntries(template.container.env.map((each) => [each.name, placed(each.value)])),
      PATH: commandFolder(folder),
      HOME: folder,
    },
  });
  const written = (template.outputs.parameters ?? []).flatMap((each) => {
    const path = placed(each.valueFrom.path);
    return existsSync(path) ? [[each.name, readFileSync(path, 'utf8')] as const] : [];
  });
  return { ...said, outputs: Object.fromEntries(written) };
}
