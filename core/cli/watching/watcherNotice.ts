const hints: Readonly<Record<string, string>> = {
  ENOSPC: ' More watches: sysctl fs.inotify.max_user_watches=524288.',
  EMFILE: ' More watchers: sysctl fs.inotify.max_user_instances=1024, or ulimit -n.',
};

/** What a watcher's failure means to whoever watches: nothing is lost, it only may be seen later. */
export function watcherNotice(error: unknown): string {
  const text = String(error);
  const hint = Object.entries(hints).find(([code]) => text.includes(code))?.[1] ?? '';
  return `The system does not tell what happens here, so changes are found by scans alone (${text}).${hint}`;
}
