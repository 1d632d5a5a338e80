/** Takes the place of something secret: from `start` up to `end`. */
export type Found = (start: number, end: number) => void;

/** Finds one kind of secret by how it looks. Looks at every character a bounded number of times. */
export interface Scanner {
  /** Name of the rule. */
  readonly name: string;
  /** Texts without one of these signs are not scanned. */
  readonly signs: number;
  scan(text: string, found: Found): void;
}
