/** Is this the id of the user or of root, who can change everything anyway? Windows has no such ids. */
export function isOwn(uid: number): boolean {
  const own = process.getuid?.();
  return own === undefined || uid === own || uid === 0;
}
