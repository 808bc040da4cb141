/**
 * What a station wrote, as a database can keep it. A message about a transaction that is answered with an error comes again and holds up all
 * that come after it: text that PostgreSQL cannot store must not do that, and a number that names nothing is told apart from a defect.
 */
import { type CallFailure, callFailure } from '@smac/ocpp';

/** Numbers that name something: 32 bits in OCPP and here. */
const NAMES = new Set(['connectorId', 'evseId', 'seqNo', 'reservationId', 'remoteStartId']);
const MOST = 2 ** 31 - 1;

/** @returns the payload without NUL and half characters, or the answer where a number is none of this world */
export function storable<P>(payload: P): P | CallFailure {
  const wrong = wrongNumber(payload);
  if (wrong !== undefined) {
    return callFailure('PropertyConstraintViolation', `${wrong}: must be at most ${MOST}`);
  }
  return plain(payload) as P;
}

function wrongNumber(value: unknown, within?: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inside] of Object.entries(value)) {
    const isName = NAMES.has(name) || (name === 'id' && within === 'evse');
    if (isName && typeof inside === 'number' && Math.abs(inside) > MOST) return name;
    const deeper = wrongNumber(inside, name);
    if (deeper !== undefined) return `${name}.${deeper}`;
  }
  return undefined;
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [plain(name), plain(inside)]));
}
