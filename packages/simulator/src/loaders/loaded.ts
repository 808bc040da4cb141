/** One thing that is wrong in a file: where, and what to do about it. */
export interface FileProblem {
  readonly file: string;
  /** 1-based; 0 = the file as a whole. */
  readonly line: number;
  readonly field: string;
  /** One sentence with the value found and the fix. */
  readonly detail: string;
}

/** What a loader gives: the content, or every problem it found (at most `PROBLEMS_SHOWN`). */
export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

export const PROBLEMS_SHOWN = 20;

export function problemText(problem: FileProblem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}` : problem.file;
  return `${place}: ${problem.field}: ${problem.detail}`;
}

/** Collects problems while a file is read; `finish` decides. */
export class Problems {
  readonly #file: string;
  readonly #list: FileProblem[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  add(line: number, field: string, detail: string): void {
    if (this.#list.length < PROBLEMS_SHOWN) this.#list.push({ file: this.#file, line, field, detail });
  }

  finish<T>(value: T): Loaded<T> {
    return this.#list.length > 0 ? { ok: false, problems: this.#list } : { ok: true, value };
  }
}
