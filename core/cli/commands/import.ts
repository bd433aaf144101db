import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  atomicWrite,
  displayReference,
  type FetchFilesOptions,
  type ImportSource,
  type KitSigning,
  KitwrightError,
  type KitwrightEvent,
  parseReference,
  type Reference,
  repositoryOf,
  type StoredKit,
  schemesOf,
  systemError,
  withDefaultTag,
} from '@kitwright/core/internal';
import { packKit } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { destinationOf, isPlace } from '../destination.ts';
import { claimWorkspace } from '../imports/claimWorkspace.ts';
import { findImporter } from '../imports/findImporter.ts';
import { importedKitfile } from '../imports/importedKitfile.ts';
import { neededFiles } from '../imports/neededFiles.ts';
import { openImport } from '../imports/openImport.ts';
import { provenancePredicate } from '../imports/provenance.ts';
import { packSettings } from '../options/packOptions.ts';
import { atLeastOne, wholeNumber } from '../options/wholeNumber.ts';
import { addEvidence } from '../provenance/addEvidence.ts';
import { type AttestFlags, attestOptions, mostAttestedFiles } from '../provenance/attestOptions.ts';
import { openAttesting } from '../provenance/openAttesting.ts';
import { pushKit } from '../pushKit.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { openSignFlags } from '../signing/openSignFlags.ts';
import { type SignFlags, signOption } from '../signing/signingOptions.ts';

export function define(program: Command): void {
  const command = program
    .command('import')
    .argument(
      '<repository>',
      'owner/name, datasets/owner/name, the address of its page, or of a git repository, or what a plugin imports',
    )
    .description(
      'Download a repository of the Hugging Face Hub, a git repository, or a model for which there is a plugin, and pack it; resumes if interrupted',
    )
    .option('--ref <revision>', 'branch, tag or commit; the default branch by default')
    .option('--token <token>', 'token for the repository (HF_TOKEN); visible to other users of this machine')
    .option(
      '-t, --tag <reference>',
      "name of the kit, or word:location, to which it is pushed; 'owner/name:latest' by default",
    )
    .option(
      '-f, --file <file>',
      "the Kitfile to use ('-' = standard input); the repository's own, or a generated one, by default",
    )
    .option(
      '--tool <name>',
      "'hf', 'git', or the importer of a plugin (an unknown name lists them); chosen from the address by default",
    )
    .option('--concurrency <number>', 'parallel downloads', atLeastOne, 5)
    .option(
      '--depth <levels>',
      'levels of directories to search for the Kitfile; -1 = one element per file',
      wholeNumber,
      0,
    )
    .option(
      '--attestation-output <file>',
      "write the origin of the kit as a SLSA v1 predicate ('-' = standard output)",
    );
  attestOptions(signOption(command))
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright import owner/name\n  kitwright import owner/name --ref v1.0 -t registry.example.com/team/name:v1\n  kitwright import https://git.example.com/owner/name --tool git',
    )
    .action(runCommand(importRepository));
}

interface ImportFlags extends AttestFlags, SignFlags {
  readonly ref?: string;
  readonly token?: string;
  readonly tag?: string;
  readonly file?: string;
  readonly tool?: string;
  readonly concurrency: number;
  readonly depth: number;
  readonly attestationOutput?: string;
}

const stdout = '-';

async function importRepository(session: Session, location: string, flags: ImportFlags): Promise<undefined> {
  const { stores } = session;
  const { answer } = session.output;
  const [startedOn, say] = [new Date(), sayer(session, flags)];
  const signing = await openSignFlags(session, flags);
  checkOutput(flags.attestationOutput);
  const importer = findImporter(session.kitwright(), location, flags.tool);
  const place = flags.tag && isPlace(session, flags.tag) ? destinationOf(session, flags.tag) : undefined;
  const name = place?.local ?? nameOf(importer.repositoryOf(location), flags, say);
  const workspace = claimWorkspace(join(stores().root, 'cache', 'import'), [importer.id, location, flags.ref ?? '']);
  try {
    const { token, ref: revision } = flags;
    const source = await openImport(session, importer, { location, revision, token, workspace: workspace.path });
    const kit = await packImported(session, source, name, flags, say);
    await attestImported(session, kit, name, { source, flags, signing });
    const pushed = place && (await pushKit(session, { ...name, extraTags: [] }, place));
    if (pushed) say(`Pushed ${pushed.digest} to ${pushed.target}`);
    const { uri, commit, annotations } = source;
    const predicate = {
      uri,
      commit,
      annotations,
      config: kit.config.digest.slice('sha256:'.length),
      startedOn,
      finishedOn: new Date(),
    };
    if (flags.attestationOutput) {
      writePredicate(session, flags.attestationOutput, provenancePredicate(predicate));
      say(`ModelKit manifest digest: ${kit.root.digest}`);
    }
    if (flags.attestationOutput !== stdout)
      answer({
        json: { digest: kit.root.digest, reference: displayReference(name), source: uri, commit: commit ?? null },
      });
  } catch (error) {
    workspace.release();
    throw error;
  }
  workspace.remove();
}

/** Messages for people: on stderr if stdout holds a JSON document or a predicate. */
function sayer({ output }: Session, { attestationOutput }: ImportFlags): (line: string) => void {
  return attestationOutput === stdout ? output.note : output.say;
}

function checkOutput(path: string | undefined): void {
  if (path === undefined || path === stdout || existsSync(dirname(path))) return;
  throw new KitwrightError('usage', `--attestation-output cannot be written: there is no directory ${dirname(path)}.`);
}

function nameOf(repository: string, { tag }: ImportFlags, say: (line: string) => void): Reference {
  const text = tag || `${repository.toLowerCase()}:latest`;
  if (!tag) say(`Using tag ${text}. Use flag --tag to override`);
  return withDefaultTag(parseReference(text));
}

async function packImported(
  session: Session,
  source: ImportSource,
  name: Reference,
  flags: ImportFlags,
  say: (line: string) => void,
): Promise<StoredKit> {
  const kitwright = session.kitwright();
  const kitfile = await importedKitfile(session, source, flags.file, flags.depth);
  const files = neededFiles(source.files, kitfile, schemesOf(kitwright.capabilities));
  const directory = await source.fetch(files, {
    concurrency: flags.concurrency,
    signal: session.signal,
    onBytes: progress(kitwright.event),
  });
  say(`Packing model to ${displayReference(name)}`);
  const kit = await packKit(kitwright, {
    ...packSettings(session, { layerFormat: 'tar', compression: 'none', capture: 'auto' }),
    directory,
    kitfile: { bytes: kitfile.bytes },
    from: kitfile.from,
    name,
    fileDigests: flags.attest ? mostAttestedFiles : undefined,
    signal: session.signal,
  });
  say(`Model is packed as ${displayReference(name)}`);
  return kit;
}

/** Says of the kit in the local store where it comes from, and signs it. */
async function attestImported(
  session: Session,
  made: StoredKit,
  name: Reference,
  { source, flags, signing }: ImportEvidence,
): Promise<void> {
  const kit = { root: made.root, repository: repositoryOf(name), made };
  const imports = [source];
  // The files lie in a workspace of ours, so there is no commit around it.
  const attesting = openAttesting(session, { directory: undefined, flags, signing, imports });
  await addEvidence(session, session.kitwright(), kit, { signing, attesting });
}

interface ImportEvidence {
  readonly source: ImportSource;
  readonly flags: ImportFlags;
  readonly signing: KitSigning | undefined;
}

function progress(event: (event: KitwrightEvent) => void): NonNullable<FetchFilesOptions['onBytes']> {
  const started = new Set<string>();
  return ({ path, size }, done) => {
    if (!started.has(path)) event({ type: 'copy-start', layer: path, path, bytes: size });
    started.add(path);
    event({ type: 'copy-progress', layer: path, done, bytes: size });
    if (done === size) event({ type: 'copy-done', layer: path, bytes: size, outcome: 'copied' });
  };
}

function writePredicate(session: Session, path: string, text: string): void {
  if (path === stdout) return void session.output.document(text);
  try {
    atomicWrite(path, `${text}\n`);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
}
