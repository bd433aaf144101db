/** What a value must be: a plain one, or an object with parts. */
export interface Expected {
  /** Ends the sentence "it must be ...". */
  readonly what: string;
  readonly fits: (value: unknown) => boolean;
  readonly parts?: Readonly<Record<string, Expected>>;
}

/** What a method of a capability must give. */
export interface Answer {
  readonly gives: Expected;
  /** It may promise it. */
  readonly isAsync: boolean;
  /** What the methods of the object that it gives must give in turn. */
  readonly opened?: Answers;
}

/** By the name of the method; those of an object that lies in a property, by the name of that. */
export type Answers = Readonly<Record<string, Answer | { readonly holds: Answers }>>;
