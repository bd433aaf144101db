/** One thing that was looked at. */
export interface Check {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly found: string;
  /** What would make it better. */
  readonly advice?: string;
}
