/**
 * What a station wrote, as a database can keep it. A message about a transaction that is answered with an error comes again and holds up all
 * that come after it: text that PostgreSQL cannot store must not do that, and a number that names nothing is told apart from a defect.
 */
import { type CallFailure, callFailure } from '@smac/ocpp';

/** Numbers of places: what they name has to exist, so that a message that names none is refused. */
const PLACES = new Set(['connectorId', 'evseId']);
/** 32 bits in OCPP and here. */
const MOST = 2 ** 31 - 1;

/** @returns the payload without NUL and half characters, or the answer where it names a place that is none of this world */
export function storable<P>(payload: P): P | CallFailure {
  const wrong = wrongPlace(payload);
  return wrong === undefined
    ? (plain(payload) as P)
    : callFailure(wrong.code, `${wrong.field.join('.')}: ${wrong.problem}`);
}

interface Wrong {
  readonly code: 'TypeConstraintViolation' | 'PropertyConstraintViolation';
  /** From the outside in. */
  readonly field: readonly string[];
  readonly problem: string;
}

function wrongPlace(value: unknown, within?: string): Wrong | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inside] of Object.entries(value)) {
    const isPlace = typeof inside === 'number' && (PLACES.has(name) || (name === 'id' && within === 'evse'));
    const wrong = isPlace ? wrongNumber(inside) : wrongPlace(inside, name);
    if (wrong !== undefined) return { ...wrong, field: [name, ...wrong.field] };
  }
  return undefined;
}

function wrongNumber(value: number): Wrong | undefined {
  if (!Number.isInteger(value))
    return { code: 'TypeConstraintViolation', field: [], problem: 'must be an integer' };
  if (value >= 0 && value <= MOST) return undefined;
  return { code: 'PropertyConstraintViolation', field: [], problem: `must be 0 to ${MOST}` };
}

/**
 * Numbers that count or refer: one that is no 32-bit number names nothing, and what happened is taken without it. A refusal would lose what
 * the message says for ever.
 */
export function named<N extends Readonly<Record<string, number | undefined>>>(
  numbers: N,
): { readonly numbers: { readonly [K in keyof N]?: number }; readonly wrong: readonly string[] } {
  const said = Object.entries(numbers).filter(([, value]) => value !== undefined);
  const isNumber = (value: number | undefined) => Number.isInteger(value) && value! >= 0 && value! <= MOST;
  return {
    numbers: Object.fromEntries(said.filter(([, value]) => isNumber(value))) as { [K in keyof N]?: number },
    wrong: said.filter(([, value]) => !isNumber(value)).map(([name]) => name),
  };
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [plain(name), plain(inside)]));
}
