import { canDelete, KitwrightError, powerMissing } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { failedKit } from './failedKit.ts';
import type { MirroredKit, MirrorOptions, MirrorReport, WantedTags } from './MirrorReport.ts';

/**
 * Finds the tags that only the destination has, and deletes them if that was asked for: not where a rule failed or chose
 * nothing, because then nobody knows what belongs there.
 */
export async function removeOthers(
  session: Session,
  wanted: readonly WantedTags[],
  options: MirrorOptions,
  failed: (kit: MirroredKit) => void,
): Promise<Pick<MirrorReport, 'others' | 'deleted'>> {
  const [others, deleted]: [string[], string[]] = [[], []];
  for (const { place, tags, isSure } of wanted)
    try {
      const here = (await place.tags()).filter((tag) => !tags.has(tag));
      for (const tag of here) others.push(`${place.place}:${tag}`);
      if (!options.delete || !here.length || !isSure) continue;
      if (!tags.size) throw refused(place.place);
      if (!canDelete(place.target)) throw powerMissing(`Nothing can be deleted at ${place.place}.`, 'delete');
      for (const tag of here) {
        if (!options.dryRun) await place.target.untag(tag);
        deleted.push(`${place.place}:${tag}`);
      }
    } catch (cause) {
      const kit = failedKit(session, { source: '', target: place.place }, undefined, cause);
      // What cannot be listed has no others; only who wants to delete must know.
      if (options.delete) failed(kit);
    }
  return { others, deleted };
}

function refused(place: string): KitwrightError {
  return new KitwrightError('usage', `No kit was chosen for ${place}: deleting all that is there is refused.`);
}
