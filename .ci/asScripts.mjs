// Makes scripts of the large files of a command, each with a module that exports what is in it. Node keeps of a module what is
// compiled before it runs, and so no function that is called later; of a script it can keep these too (core/cli/bin/keptScripts.cjs).
import { posix } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** To find a smaller one takes longer than to compile it. */
const large = 16_384;

export const asScripts = {
  name: 'as-scripts',
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk' || file.isEntry || file.code.length < large) continue;
      const fileName = file.fileName.replace(/\.js$/, '.script.cjs');
      const { script, module } = divide(file.code, `./${posix.basename(fileName)}`);
      this.emitFile({ type: 'asset', fileName, source: script });
      file.code = module;
    }
  },
};

/** What a module imports becomes the parameters of a function, what it exports is what that returns. */
const divide = (code, path) => {
  const { body } = parseAst(code);
  const imports = body.filter(({ type }) => type === 'ImportDeclaration');
  const exports = body.filter(({ type }) => type === 'ExportNamedDeclaration');
  const exported = exports.flatMap(({ specifiers }) =>
    specifiers.map(({ local, exported }) => [local.name, exported.name]),
  );
  const names = imports.map((_, i) => `$import${i}`);
  const own = replaced(code, [
    ...[...imports, ...exports].map((node) => ({ ...node, by: '' })),
    ...nodesIn(body).flatMap((node) => {
      if (node.type === 'MetaProperty' && node.meta.name === 'import') return [{ ...node, by: '$meta' }];
      return node.type === 'ImportExpression'
        ? [{ start: node.start, end: node.start + 'import'.length, by: '$load' }]
        : [];
    }),
  ]);
  const script = [
    `"use strict";module.exports=(${['$load', '$meta', ...names].join()})=>{`,
    ...imports.map(({ specifiers }, i) => taken(specifiers, names[i])),
    `${own};return{${exported.map(([local, name]) => `${name}:${local}`).join()}}};`,
  ].join('');
  const module = [
    ...imports.map(({ source }, i) => `import*as ${names[i]} from${JSON.stringify(source.value)};`),
    `const{${exported.map(([, name], i) => `${name}:$${i}`).join()}}=`,
    'process.getBuiltinModule("node:module").createRequire(import.meta.url)',
    `(${JSON.stringify(path)})(${['path=>import(path)', 'import.meta', ...names].join()});`,
    `export{${exported.map(([, name], i) => `$${i} as ${name}`).join()}};`,
  ].join('');
  return { script, module };
};

/** All nodes of a tree. */
const nodesIn = (value) => {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(nodesIn);
  return typeof value.type === 'string' ? [value, ...inside] : inside;
};

const replaced = (code, parts) => {
  const sorted = parts.toSorted((a, b) => a.start - b.start);
  const ends = [0, ...sorted.map(({ end }) => end)];
  return ends.map((end, i) => code.slice(end, sorted[i]?.start) + (sorted[i]?.by ?? '')).join('');
};

/** The names that an `import` has in its file. */
const taken = (specifiers, from) =>
  specifiers
    .map(({ type, imported, local }) => {
      if (type === 'ImportNamespaceSpecifier') return `const ${local.name}=${from};`;
      return `const{${imported?.name ?? 'default'}:${local.name}}=${from};`;
    })
    .join('');
