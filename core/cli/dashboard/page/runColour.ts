/** Legible on light and dark ground. */
const colours = ['#d9822b', '#2a9d6f', '#b0569b', '#8a7ae0', '#a08214', '#d05a5a', '#3f93a6', '#7d8794'];

const given = new Map<string, string>();

/** The colour of another run, the same in all plots. */
export function runColour(name: string): string {
  const colour = given.get(name) ?? (colours[given.size % colours.length] as string);
  given.set(name, colour);
  return colour;
}
