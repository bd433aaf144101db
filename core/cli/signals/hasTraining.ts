/** Do these arguments run a watch with a command of its own (`watch ... -- COMMAND`)? */
export function hasTraining(args: readonly string[]): boolean {
  return args.includes('watch') && args.includes('--');
}
