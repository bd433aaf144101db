import { KitwrightError } from '../../errors/KitwrightError.ts';
import { type BytePath, baseOf, parentOf } from '../../files/bytePath.ts';
import { checkEntryName } from '../../files/checkEntryName.ts';
import { displayPath } from '../../files/displayPath.ts';
import { createPathBudget } from '../../layers/createPathBudget.ts';
import { createTarNames, type IndexedEntry } from '../../layers/tarRules.ts';

type Named = Pick<IndexedEntry, 'path' | 'type' | 'mode'>;

/** Looks at the names of all layers of an image, one layer after the other. */
export interface ImageNames {
  /** Throws `image-refused`, `unpack-refused`, `kit-malformed`. */
  readonly layer: (entries: Iterable<Named>) => void;
}

/**
 * What an unpack refuses is refused here too: hostile names, a name that stands twice. And what means something else in an
 * image: `.wh.` at the beginning of a name deletes what other layers have (image-spec, layer.md "Whiteouts").
 */
export function createImageNames(): ImageNames {
  const files = new Set<BytePath>();
  const directories = new Set<BytePath>();
  const budget = createPathBudget();
  const check = ({ path, type }: Named) => {
    checkEntryName(path, 'linux');
    budget.entry(path);
    if (path.split('/').some((part) => part.startsWith('.wh.'))) throw whiteout(path);
    if (files.has(path) || (type === 'file' && directories.has(path))) throw twice(path);
    (type === 'file' ? files : directories).add(path);
    // What is above a known directory is known too.
    for (let above = parentOf(path); above !== '' && !directories.has(above); above = parentOf(above)) {
      if (files.has(above)) throw twice(above);
      budget.implied();
      directories.add(above);
    }
  };
  return {
    layer: (entries) => {
      const names = createTarNames();
      for (const entry of entries) {
        names.check(entry);
        check(entry);
      }
    },
  };
}

function whiteout(path: BytePath): KitwrightError {
  return new KitwrightError(
    'image-refused',
    `The kit holds ${displayPath(path)}: in an image a name with ".wh." at its beginning deletes the file ${displayPath(baseOf(path).replace(/^\.wh\./, ''))}.`,
    {
      data: { path: displayPath(path) },
      hint: 'Give the file another name and pack the kit again, or leave its layer out with --filter.',
    },
  );
}

function twice(path: BytePath): KitwrightError {
  return new KitwrightError(
    'image-refused',
    `Two layers of the kit hold ${displayPath(path)}, and only one can be in the image.`,
    {
      data: { path: displayPath(path) },
      hint: 'Leave one of the layers out with --filter.',
    },
  );
}
