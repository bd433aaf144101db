// What becomes one file of a bundle.
/**
 * Each file that is loaded costs about a millisecond: what the entries of a package share is one file. In the engine it is two,
 * since what plugins and commands that read the store need is a third of it.
 */
export const sharedByEntries = ({ length }) => {
  if (length < 2) return sharedByFirst();
  const isRead = reaches('importers', (id) => /\/core\/engine\/(?:plugin|internal)\.ts$/.test(id));
  return [
    // `kitwright version` loads nothing else of the engine.
    { name: 'version', test: /\/version\.ts$/, priority: 1 },
    { debugName: 'reading', name: named('reading', isRead), tags: ['$initial'], priority: 1 },
    { name: 'shared', tags: ['$initial'] },
  ];
};

/** What several modules need that the one entry of a package loads later is one file too, but not what these load later still. */
const sharedByFirst = () => {
  const isFirst = isLoadedBy((id, context) => context.getModuleInfo(id)?.isEntry);
  const isNeeded = reaches('importers', isFirst);
  const isShared = (id, context) => isNeeded(id, context) && !isFirst(id, context);
  return [{ debugName: 'common', name: named('common', isShared), minShareCount: 2 }];
};

/** Is it loaded later, by such a module? */
const isLoadedBy = (isWanted) => (id, context) =>
  (context.getModuleInfo(id)?.dynamicImporters ?? []).some((each) => isWanted(each, context));

/** A group takes in what its modules import: so those of which there are more come first. */
const named = (name, isMember) => (id, context) => (isMember(id, context) ? name : null);

/** Does a module lead to such a one, by what it imports or by what imports it at once? */
const reaches = (relation, isWanted) => {
  const known = new Map();
  const find = (id, context) => {
    if (known.has(id)) return known.get(id);
    // Libraries have cycles.
    known.set(id, isWanted(id, context));
    const found = known.get(id) || (context.getModuleInfo(id)?.[relation] ?? []).some((each) => find(each, context));
    known.set(id, found);
    return found;
  };
  return find;
};

/**
 * And so is what the commands of a program, or the jobs of a thread, share, but what is loaded later by itself. What needs the
 * building part of the engine is apart: commands that only read the store load neither.
 */
export const sharedByCommands = () => {
  const isBuilding = reaches('importedIds', (id) => id === '@kitwright/core/internal/builds');
  const isOfCommand = reaches('importers', (id) => !pluginOf(id));
  const isShared = (id, context) => !context.getModuleInfo(id)?.dynamicImporters.length;
  const isLater = reaches('importers', isLoadedBy(isOfCommand));
  const isOfPlugin = (id, context) => isShared(id, context) && !isOfCommand(id, context) && isLater(id, context);
  const isCommon = (id, context) => isShared(id, context) && isOfCommand(id, context) && !isBuilding(id, context);
  const shared = { minShareCount: 2, test: (id) => !id.includes('node_modules') };
  return [
    { ...shared, debugName: 'common', name: named('common', isCommon), priority: 1 },
    { ...shared, debugName: 'plugins', name: (id, context) => (isOfPlugin(id, context) ? pluginOf(id) : null) },
    {
      ...shared,
      debugName: 'building',
      name: named('building', (id, context) => isShared(id, context) && isOfCommand(id, context)),
    },
  ];
};

/** What a plugin loads later is for itself. */
const pluginOf = (id) => /\/plugins\/([\w-]+)\//.exec(id)?.[1] ?? null;
