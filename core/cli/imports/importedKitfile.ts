import { readFileSync } from 'node:fs';
import { type ImportSource, type Kitfile, KitwrightError, messageOf, type Reference } from '@kitwright/core/internal';
import { generateKitfile, kitfileYaml, ofRepositoryAt } from '@kitwright/core/internal/builds';
import { detectLicense } from '../detectLicense.ts';
import { readStdin } from '../readStdin.ts';
import type { Session } from '../Session.ts';
import { importedProject } from './importedProject.ts';
import { offerEdit } from './offerEdit.ts';
import { warnOfGenerated } from './warnOfGenerated.ts';

/** The Kitfile of an import and where it comes from. */
export interface ImportedKitfile {
  readonly bytes: Uint8Array;
  /** Its name in errors. */
  readonly shown: string;
  /** Undefined if it is the user's. */
  readonly from: Reference | undefined;
}

export interface PackageFields {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly author?: string | undefined;
}

/** Makes a Kitfile for a repository; missing values are taken from the repository's name, as in `kit`. */
export async function generateFor(
  session: Session,
  source: ImportSource,
  { name, description, author }: PackageFields,
  depth: number,
): Promise<string> {
  const [owner = '', own = ''] = source.repository.split('/');
  const authors = author || (source.about ? '' : owner);
  const generated = generateKitfile(await importedProject(source), {
    package: {
      ...source.about?.package,
      ...(name || !source.about ? { name: name || own } : {}),
      ...(description ? { description } : {}),
      ...(authors ? { authors: [authors] } : {}),
    },
    depth,
    licenseOf: detectLicense,
  });
  warnOfGenerated(session, generated);
  return kitfileYaml(withModel(generated.kitfile, source.about?.model));
}

/** The model that a source describes is there even if no file looks like weights: then it is the whole folder. */
function withModel(kitfile: Kitfile, known: Kitfile['model']): Kitfile {
  if (!known) return kitfile;
  if (kitfile.model) return { ...kitfile, model: { ...kitfile.model, ...known, path: kitfile.model.path ?? '.' } };
  const { manifestVersion = '1.0.0', package: about = {} } = kitfile;
  return { manifestVersion, package: about, model: { ...known, path: '.' } };
}

/** A name of nobody (RFC 2606), for repositories of which it is not known where they are. */
const outside = 'repository.invalid';

const names = ['Kitfile', 'kitfile', '.kitfile'];

/** The given Kitfile, else the repository's own, else a generated one that the user may edit first. */
export async function importedKitfile(
  session: Session,
  source: ImportSource,
  file: string | undefined,
  depth: number,
): Promise<ImportedKitfile> {
  if (file) return read(file);
  const own = names.find((name) => source.files.some(({ path }) => path === name));
  if (own) {
    const from = ofRepositoryAt(source.host ?? outside);
    return { bytes: await readOwn(source, own), shown: `${own} of ${source.repository}`, from };
  }
  const text = await generateFor(session, source, {}, depth);
  session.output.note(['Generated Kitfile:', '', ...text.split('\n')]);
  return { bytes: Buffer.from(await offerEdit(session, text)), shown: 'the generated Kitfile', from: undefined };
}

/** A source gives the beginning of a text; a Kitfile without its end says something else. */
async function readOwn(source: ImportSource, path: string): Promise<Uint8Array> {
  const bytes = await source.read(path);
  const size = source.files.find((file) => file.path === path)?.size ?? 0;
  if (bytes.byteLength === size) return bytes;
  throw new KitwrightError(
    'kitfile-invalid',
    `${path} of ${source.repository} has ${size} bytes, and ${bytes.byteLength} could be read.`,
    { hint: 'Give a Kitfile of your own with --file.' },
  );
}

function read(file: string): ImportedKitfile {
  if (file === '-') return { bytes: readStdin(), shown: 'standard input', from: undefined };
  try {
    return { bytes: readFileSync(file), shown: file, from: undefined };
  } catch (cause) {
    throw new KitwrightError('kitfile-not-found', `Cannot read the Kitfile ${file}: ${messageOf(cause)}.`, { cause });
  }
}
