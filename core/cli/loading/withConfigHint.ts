import { join } from 'node:path';
import { KitwrightError } from '@kitwright/core/internal';
import { userConfig } from '../config/userConfig.ts';
import type { Session } from '../Session.ts';
import { trustRoot } from '../trust/trustRoot.ts';

/** The same error; if a plugin is missing that reads a layer, the hint says in which config it must be named. */
export function withConfigHint(error: KitwrightError, session: Session): KitwrightError {
  const { plugin, mediaType } = error.data;
  const root = trustRoot(session);
  if (error.code !== 'layer-format-unknown' || root === undefined) return error;
  if (typeof plugin !== 'string' || mediaType === undefined) return error;
  const file = userConfig(root)?.path ?? join(root, 'config.json');
  return new KitwrightError(error.code, error.message, {
    data: error.data,
    cause: error.cause,
    others: error.others,
    ...(error.source ? { source: error.source } : {}),
    hint: `If you trust it, install the package ${plugin} and name it under "plugins" in ${file}: a project's config counts only for commands that build.`,
  });
}
