import type { CheckpointProgress } from '@kitwright/core/plugin';

const number = String.raw`-?(?:\d{1,15}(?:\.\d{1,15})?(?:e[+-]?\d{1,3})?|nan|inf)`;
const pair = new RegExp(`(?:^|[^A-Za-z0-9])([A-Za-z]\\w{0,63})=(${number})(?![\\w])`, 'gi');

/**
 * Step and metrics from names such as `epoch=3-step=120-val_loss=0.34.ckpt`, as Lightning's ModelCheckpoint makes them.
 * Undefined without a step.
 */
export function progressOfName(name: string): CheckpointProgress | undefined {
  const pairs = [...name.slice(0, 255).matchAll(pair)].map(
    ([, key = '', value = '']) => [key, toNumber(value)] as const,
  );
  const step = pairs.find(([key]) => key === 'step' || key === 'global_step')?.[1];
  if (step === undefined || !Number.isSafeInteger(step)) return undefined;
  return { step, metrics: Object.fromEntries(pairs.filter(([key]) => !/^(?:global_)?step$/.test(key))) };
}

function toNumber(text: string): number {
  const isNegative = text.startsWith('-');
  if (/inf$/i.test(text)) return isNegative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}
