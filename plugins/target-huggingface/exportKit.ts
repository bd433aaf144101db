import { type ExportRequest, eachOf, type OpenContext, type Wait } from '@kitwright/core/plugin';
import { askModes } from './askModes.ts';
import { changedFiles } from './changedFiles.ts';
import { commitFiles } from './commitFiles.ts';
import { createHub, type Hub } from './createHub.ts';
import { type HubDestination, hubDestination } from './hubDestination.ts';
import { openBranch } from './hubRepository.ts';
import { hashOf, type LargeFile, type LocalFile, localFiles } from './localFiles.ts';
import { sendLargeFile } from './sendLargeFile.ts';

/** Large files that are sent side by side. */
const filesTogether = 3;

/** Puts the files of a kit into a repository of the hub, with one commit. What is there and equal is not sent. */
export async function exportKit(
  request: ExportRequest,
  context: OpenContext,
  wait: Wait | undefined,
): Promise<readonly string[]> {
  const { kitfile, descriptor } = request;
  const destination = hubDestination(request.destination, request.options);
  const hub = await createHub(context, wait);
  const { commit: parent, made } = await openBranch(hub, destination);
  const files = localFiles(await request.unpack(), context.logger);
  const changed = await changedFiles(hub, destination, parent, files);
  if (changed.length === 0) return [...made, `All ${files.length} files are there already, at ${parent}`];
  const { large, small } = await sendLargeFiles(hub, destination, changed);
  hub.progress(`commits ${changed.length} files`);
  const commit = await commitFiles(hub, destination, {
    // Not the reference: the repository may be public, and the name of a registry need not be.
    summary: `Export ${kitfile.package?.name ?? 'a ModelKit'}`,
    description: `ModelKit ${descriptor.digest}`,
    parent,
    large,
    small,
  });
  return [...made, linesOf(files, changed), `Commit ${commit} on ${destination.branch}`];
}

async function sendLargeFiles(hub: Hub, destination: HubDestination, files: readonly LocalFile[]) {
  const paths = await askModes(hub, destination, files);
  const large: LargeFile[] = [];
  await eachOf(
    files.filter(({ path }) => paths.has(path)),
    filesTogether,
    async (file) => {
      const known = { ...file, oid: await hashOf(file, 'sha256') };
      hub.progress(`sends ${file.path}`);
      await sendLargeFile(hub, destination, known);
      large.push(known);
    },
  );
  return { large, small: files.filter(({ path }) => !paths.has(path)) };
}

function linesOf(files: readonly LocalFile[], changed: readonly LocalFile[]): string {
  const bytes = changed.reduce((sum, { size }) => sum + size, 0);
  return `Sent ${changed.length} files (${bytes} bytes); ${files.length - changed.length} were there already`;
}
