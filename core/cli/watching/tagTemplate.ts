import { type CheckpointProgress, KitwrightError } from '@kitwright/core/internal';

/** `20261124-054500`, UTC. */
export function compactTime(time: Date): string {
  return time
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, '')
    .replace('T', '-');
}

/** The data of a watch and its kit from which a tag is made. */
export interface TagValues {
  readonly run: string;
  readonly n: number;
  readonly progress: CheckpointProgress | undefined;
  readonly time: Date;
  readonly git: string;
  /** Name of the metric of `{metric}`. */
  readonly metric?: string | undefined;
}

const values: Readonly<Record<string, (values: TagValues) => string>> = {
  run: ({ run }) => tagged(run),
  n: ({ n }) => String(n),
  step: ({ progress }) => String(progress?.step ?? 'none'),
  time: ({ time }) => compactTime(time),
  git: ({ git }) => tagged(git),
  metric: (given) => metricText(given.progress?.metrics[given.metric ?? '']),
};

/** Words that distinguish the kits of one watch. */
const distinguishing = ['n', 'step', 'time'];

/** Significant digits of a metric in a tag. */
const digits = 5;

function metricText(value: number | undefined): string {
  return value === undefined ? 'none' : tagged(String(Number(value.toPrecision(digits))));
}

/**
 * Throws `usage` for an unknown word, for `{metric}` without a metric, for one tag for all kits, and for an invalid tag.
 */
export function checkTemplate(template: string, metric?: string): void {
  const used = words(template);
  const unknown = used.find((word) => !Object.hasOwn(values, word) && !isMetric(word));
  if (used.includes('metric') && metric === undefined)
    throw invalid(
      template,
      'has {metric}, which is the metric of --best METRIC:min|max; {metric:NAME} is any other one',
    );
  if (unknown !== undefined) throw invalid(template, `has the unknown word {${unknown}}`);
  if (!used.some((word) => distinguishing.includes(word)))
    throw invalid(template, 'has no {n}, {step} or {time}, so every kit would get the same tag');
  if (!/^\w[\w.-]{0,100}$/.test(template.replace(wordPattern, '1'))) throw invalid(template, 'makes no valid tag');
}

/** A word of a template; `metric:` may be followed by a name. */
export const wordPattern = /\{(\w*(?::\w+)?)\}/g;

function isMetric(word: string): boolean {
  return word.startsWith('metric:');
}

function words(template: string): readonly string[] {
  return [...template.matchAll(wordPattern)].map(([, word = '']) => word);
}

function invalid(template: string, why: string): KitwrightError {
  return new KitwrightError('usage', `The tag template ${JSON.stringify(template)} ${why}.`, {
    hint: `Words in it: ${Object.keys(values)
      .map((word) => `{${word}}`)
      .join(' ')}, e.g. run-{n}.`,
  });
}

/** Replaces characters that a tag may not have by a dash. */
function tagged(text: string): string {
  return text.replace(/[^\w.-]+/g, '-');
}

export function fillTemplate(template: string, given: TagValues): string {
  return template.replace(wordPattern, (_, word: string) =>
    isMetric(word) ? metricText(given.progress?.metrics[word.slice('metric:'.length)]) : (values[word]?.(given) ?? ''),
  );
}
