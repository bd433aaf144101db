import { displayPath, type LoadedKit } from '@kitwright/core/internal';
import { unreadLayers } from '@kitwright/core/internal/builds';
import type { Session } from '../Session.ts';
import { withConfigHint } from './withConfigHint.ts';

/** Warns of layers about which only a plugin that is not here could say something, and names its package. */
export function tellUnread(session: Session, kits: readonly LoadedKit[]): void {
  const { capabilities, diagnostic } = session.kitwright();
  const errors = kits.flatMap((kit) => unreadLayers(kit, capabilities)).map((error) => withConfigHint(error, session));
  const lines = new Set(errors.map(({ message, hint }) => displayPath([message, hint].filter(Boolean).join(' '))));
  for (const message of lines) diagnostic({ level: 'warning', message });
}
