// Keeps what is compiled of the scripts of a command (.ci/asScripts.mjs) when it has ended. Node's own cache has of a module
// what is compiled before it runs, and so none of the functions that are called later: most of them.
const { createHash } = require('node:crypto');
const { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { Script } = require('node:vm');

/** From now on scripts run with what is in this folder, to which only the user can write. Each command keeps what it calls. */
module.exports = (folder, command) => {
  const compiled = new Map();
  require.extensions['.script.cjs'] = (module, path) => {
    const place = join(folder, `${basename(path)}-${command}`);
    // V8 knows a script by its length alone, and somebody may look for a fault with an edited one.
    const changed = `${statSync(path).mtimeMs}`;
    const script = new Script(`(module)=>{${readFileSync(path, 'latin1')}\n}`, {
      filename: pathToFileURL(path).href,
      cachedData: keptAt(place, changed),
    });
    if (script.cachedDataRejected !== false) compiled.set(basename(place), { script, changed });
    script.runInThisContext()(module);
  };
  process.once('exit', (code) => {
    // Words of a command that failed may name none.
    if (code !== 0) return;
    for (const [name, { script, changed }] of compiled) keep(folder, name, script.createCachedData(), changed);
  });
};

/** V8 does not check it, and a file that lost a part would end the process. */
const digestOf = (compiled, changed) => createHash('sha256').update(changed).update(compiled).digest();
const digestLength = 32;

const keptAt = (place, changed) => {
  try {
    const bytes = readFileSync(place);
    const compiled = bytes.subarray(digestLength);
    return digestOf(compiled, changed).equals(bytes.subarray(0, digestLength)) ? compiled : undefined;
  } catch {
    return undefined;
  }
};

const keep = (folder, name, compiled, changed) => {
  const place = join(folder, name);
  const temporary = `${place}.${process.pid}`;
  try {
    writeFileSync(temporary, Buffer.concat([digestOf(compiled, changed), compiled]), { mode: 0o600 });
    renameSync(temporary, place);
    for (const old of versionsOf(folder, name).slice(mostVersions)) rmSync(old, { force: true });
  } catch {
    // Without it the next start is only slower.
    rmSync(temporary, { force: true });
  }
};

/** Of Kitwright: some projects have one of their own. */
const mostVersions = 4;

/** What was kept of files that differ in the hash in their names, the newest first. */
const versionsOf = (folder, name) => {
  const kind = (each) => each.replace(/-[\w-]{8}(?=\.script\.cjs)/, '');
  const paths = readdirSync(folder)
    .filter((each) => kind(each) === kind(name))
    .map((each) => join(folder, each));
  const times = new Map(paths.map((path) => [path, statSync(path).mtimeMs]));
  return paths.sort((a, b) => times.get(b) - times.get(a));
};
