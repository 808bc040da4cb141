/** What one walk over a value writes to, and the schema parts it reads: shared by the walk and the rules of single types. */
import type { Problem } from '../exchange/codec.ts';

/** `in`: what a peer sent. `out`: what we are about to send, repaired where that is safe. `judge`: as `out`, but nothing is repaired. */
export type Direction = 'in' | 'out' | 'judge';

export interface ReadingRules {
  readonly direction: Direction;
  /** Agreements with the peer; fields of other extensions are left out. */
  readonly agreements?: readonly string[];
  /** PATCH: every field may be absent, except these. */
  readonly partial?: { readonly required: readonly string[] };
}

/** The parts of a JSON Schema this library uses; `primitives.ts` makes no others. */
export interface SchemaNode {
  readonly type?: string;
  readonly ocpi?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly enum?: readonly string[];
  readonly examples?: readonly string[];
  readonly pattern?: string;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly extension?: string;
  /** A text that must not be too long, because it identifies something. */
  readonly exact?: boolean;
  /** Never shown in a message. */
  readonly secret?: boolean;
  /** Digits after the point that OCPI allows; on the way out the rest is cut towards zero. */
  readonly decimals?: number;
  /** A number is taken as its decimal text (X3). */
  readonly numberToo?: boolean;
}

/** What every check of one walk writes to. */
export interface Findings {
  readonly problems: Problem[];
  readonly warnings: Problem[];
  readonly rules: ReadingRules;
}

export const LEFT_OUT = Symbol('left out');

/** Records a problem; returns a placeholder, since the result of a walk with problems is never used. */
export function refuse(findings: Findings, path: string, detail: string): typeof LEFT_OUT {
  findings.problems.push({ path, detail });
  return LEFT_OUT;
}

export function warn(findings: Findings, path: string, detail: string): void {
  findings.warnings.push({ path, detail });
}

/** A value as an error message shows it: short, and never a whole object. */
export function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = typeof value === 'string' ? `"${value}"` : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
