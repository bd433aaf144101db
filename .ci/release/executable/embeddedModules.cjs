// Imports the modules that the executable holds, in each of its threads: a module has a URL below something that is no folder, so
// that no file can be there. What such a module imports and the executable does not hold is not looked
// for: a package beside the executable is a stranger's.
(() => {
  const { isBuiltin, registerHooks } = process.getBuiltinModule('node:module');
  const { getAsset } = process.getBuiltinModule('node:sea');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  // Not the executable, which may be replaced or removed meanwhile: Linux gives its threads another path then. Windows allows
  // neither.
  const root = process.platform === 'win32' ? `${pathToFileURL(process.execPath).href}/` : 'file:///dev/null/';
  /** Made by moduleIndex.ts. */
  const { exports, imports, formats, offered } = JSON.parse(getAsset('modules.json', 'utf8'));

  const packageOf = (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];

  const held = (path) => (path !== undefined && Object.hasOwn(formats, path) ? path : undefined);

  /** The path of what a module with this path imports. */
  const importedBy = (path, specifier) => {
    if (specifier.startsWith('#')) return imports[packageOf(path)]?.[specifier];
    if (!/^\.{1,2}\//.test(specifier)) return Object.hasOwn(exports, specifier) ? exports[specifier] : undefined;
    const { href } = new URL(specifier, root + path);
    const wanted = href.startsWith(root) ? href.slice(root.length) : '';
    return held(wanted) ?? held(`${wanted}.js`) ?? held(`${wanted}/index.js`);
  };

  const notFound = (specifier, parent) =>
    Object.assign(new Error(`Cannot find package '${specifier}' imported from ${parent}`), {
      code: 'ERR_MODULE_NOT_FOUND',
    });

  const found = (path) => ({ url: root + path, format: formats[path], shortCircuit: true });

  const resolve = (specifier, context, next) => {
    if (isBuiltin(specifier)) return next(specifier, context);
    const parent = context.parentURL ?? '';
    const absolute = specifier.startsWith(root) ? specifier : undefined;
    if (absolute === undefined && !parent.startsWith(root)) return offering(specifier, context, next);
    const path = absolute ? held(absolute.slice(root.length)) : importedBy(parent.slice(root.length), specifier);
    if (path !== undefined) return found(path);
    // An absolute path or URL of a plugin, a config, a compressor.
    if (/^(?:file|data|node):|^\//.test(specifier) && absolute === undefined) return next(specifier, context);
    throw notFound(specifier, parent);
  };

  /** A config or plugin of the user gets our API from the executable where none is installed. */
  const offering = (specifier, context, next) => {
    if (!Object.hasOwn(offered, specifier)) return next(specifier, context);
    try {
      return next(specifier, context);
    } catch (error) {
      if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'MODULE_NOT_FOUND') throw error;
      return found(offered[specifier]);
    }
  };

  const load = (url, context, next) => {
    const path = url.startsWith(root) ? held(url.slice(root.length)) : undefined;
    if (path === undefined) return next(url, context);
    return { format: formats[path], source: getAsset(path, 'utf8'), shortCircuit: true };
  };

  registerHooks({ resolve, load });
  return root;
})();
