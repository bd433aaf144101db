import { dirname } from 'node:path';
import { checkConfig } from '../config/checkConfig.ts';
import { findConfig } from '../config/findConfig.ts';
import { isProgram, readConfigFile } from '../config/readConfigFile.ts';
import type { VerifyRule } from '../config/schema.ts';
import type { Session } from '../Session.ts';
import { isTrusted } from '../trust/requireTrust.ts';

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
  return [user, found ?? (await projectRules(session))].flatMap((config) => {
    const { path = '', config: { verify = [] } = {} } = config ?? {};
    return verify.map((rule) => ({ ...rule, file: path, folder: dirname(path) }));
  });
}

/** Commands that build nothing run nothing of a project: neither a config that is a program, nor plugins of one. */
async function projectRules(session: Session) {
  const file = findConfig('.', session.env);
  if (!file || isProgram(file.path) || !isTrusted(session, file)) return undefined;
  return { path: file.path, config: await checkConfig(await readConfigFile(file), file.path) };
}
