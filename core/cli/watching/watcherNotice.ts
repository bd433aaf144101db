const hints: Readonly<Record<string, string>> = {
  ENOSPC: ' More watches: sysctl fs.inotify.max_user_watches=524288.',
  EMFILE: ' More watchers: sysctl fs.inotify.max_user_instances=1024, or ulimit -n.',
};

/** Explains a failure of the watcher to the user: no change is lost, but it may be found later. */
export function watcherNotice(error: unknown): string {
  const text = String(error);
  const hint = Object.entries(hints).find(([code]) => text.includes(code))?.[1] ?? '';
  return `The system sends no events for this directory, so changes are found by scans only (${text}).${hint}`;
}
