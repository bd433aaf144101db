import { dirname } from 'node:path';
import { trustedProject } from '../config/loadProject.ts';
import type { VerifyRule } from '../config/schema.ts';
import type { Session } from '../Session.ts';

/** A rule, and the config that holds it. */
export interface PolicyRule extends VerifyRule {
  /** Absolute path. */
  readonly file: string;
  /** Its keys are relative to this. */
  readonly folder: string;
}

/** The rules of the user, and of the project of the current directory if it is trusted. */
export async function policyRules(session: Session): Promise<readonly PolicyRule[]> {
  const { user, found } = session.project;
  const project = found ?? (await trustedProject(session))?.found;
  return [user, project].flatMap((config) =>
    (config?.config.verify ?? []).map((rule) => ({
      ...rule,
      file: config?.path ?? '',
      folder: dirname(config?.path ?? ''),
    })),
  );
}
