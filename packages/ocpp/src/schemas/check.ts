import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { Problem } from '../rpc/outcome.ts';
import type { OcppVersion } from '../versions/index.ts';
import { forgive } from './forgive.ts';
import { problemOf } from './problems.ts';
import { type PayloadKind, schemaOf } from './schema.ts';

/** A payload against its schema. Of `problems` none is left when the payload may be used. */
export interface Checked {
  readonly problems: readonly Problem[];
  /** What was forgiven; the payload was mended in place. */
  readonly deviations: readonly Problem[];
}

const none: readonly Problem[] = [];
const sound: Checked = { problems: none, deviations: none };
const unknownMessage: Checked = {
  problems: [{ field: '', what: 'is no message of this version', rule: 'action' }],
  deviations: none,
};

/** Mending one thing may bring up the next (a null that was required): so many rounds are enough for that. */
const ROUNDS = 3;

/**
 * Checks payloads of one version; one per process and version is enough. Schemas are compiled when they are first
 * needed (about 2 ms each), so that a start costs nothing and memory only what is used.
 */
export class PayloadChecks {
  readonly #version: OcppVersion;
  readonly #ajv: Ajv;
  readonly #compiled = new Map<string, ValidateFunction | null>();

  constructor(version: OcppVersion) {
    this.#version = version;
    this.#ajv = new Ajv({
      strict: false,
      // 1e999 parses to Infinity, which is no number for anybody downstream.
      strictNumbers: true,
      // The schemas are those of a pinned package: checking them again costs time at every first use.
      validateSchema: false,
      allErrors: true,
      messages: false,
      // 8.1 is a multiple of 0.1, whatever binary fractions say.
      multipleOfPrecision: 3,
      // Optimising the generated code makes compiling twice as slow and checking no faster.
      code: { optimize: false },
      logger: false,
    });
    formats.default(this.#ajv, ['date-time', 'uri']);
  }

  /** Compiled schemas so far. */
  get compiled(): number {
    return this.#compiled.size;
  }

  /** Compiles the schemas of an action, when its first message must not wait for that. */
  prepare(action: string): void {
    this.#validator(action, 'request');
    this.#validator(action, 'response');
  }

  /** Whether the payload fits its schema to the letter; it is not changed. */
  strictly(action: string, kind: PayloadKind, payload: unknown): Checked {
    const validate = this.#validator(action, kind);
    if (validate === null) return unknownMessage;
    if (validate(payload)) return sound;
    return { problems: (validate.errors ?? []).map(problemOf), deviations: none };
  }

  /** Whether the payload can be used; mends in place what everybody can read all the same. */
  tolerantly(action: string, kind: PayloadKind, payload: unknown): Checked {
    const validate = this.#validator(action, kind);
    if (validate === null) return unknownMessage;
    if (validate(payload)) return sound;
    const deviations = new Map<string, Problem>();
    let problems: readonly Problem[] = none;
    for (let round = 0; round < ROUNDS; round += 1) {
      const left: Problem[] = [];
      for (const error of validate.errors ?? []) {
        const problem = problemOf(error);
        if (forgive(payload, error)) deviations.set(`${problem.field} ${problem.rule}`, problem);
        else left.push(problem);
      }
      problems = left;
      if (left.length > 0 || validate(payload)) break;
    }
    return { problems, deviations: [...deviations.values()] };
  }

  #validator(action: string, kind: PayloadKind): ValidateFunction | null {
    const key = `${action} ${kind}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const schema = schemaOf(this.#version, action, kind);
    // An unknown name is not kept: names come from peers, and there is no end of them.
    if (schema === null) return null;
    const validate = this.#ajv.compile(schema);
    this.#compiled.set(key, validate);
    return validate;
  }
}

const checks = new Map<OcppVersion, PayloadChecks>();

/** The checks of a version, made once. */
export function payloadChecks(version: OcppVersion): PayloadChecks {
  let found = checks.get(version);
  if (found === undefined) {
    found = new PayloadChecks(version);
    checks.set(version, found);
  }
  return found;
}

/**
 * Compiles the schemas of these actions now, about 5 ms for each, instead of at their first message. For servers that
 * have a quiet moment after their start; unknown names are passed over.
 */
export function prepareSchemas(version: OcppVersion, actions: readonly string[]): void {
  for (const action of actions) payloadChecks(version).prepare(action);
}
