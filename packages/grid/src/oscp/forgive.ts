/** Reading what deployed systems send although the text of OSCP 2.0 says otherwise; nothing here guesses a value. */
import type { Action } from './actions.ts';

/** Fields that some senders write as text. */
const NUMBERS = new Set(['capacity', 'value', 'heartbeat_interval']);
/** Fields with capital words. */
const WORDS = new Set([
  'phase',
  'unit',
  'type',
  'direction',
  'energy_type',
  'asset_category',
  'measurement_configuration',
]);

/**
 * null counts as absent, `"12.5"` as a number where one belongs, and words in any case. A handshake without its wrapper
 * (`{"measurement_configuration": [...]}`, Taipower ELMO) gets it. Everything else is left for the schema to judge.
 */
export function forgiven(action: Action, body: unknown): unknown {
  const read = forgive(body);
  const isHandshake = action === 'handshake' || action === 'handshake_acknowledge';
  if (!isHandshake || !isObject(read) || 'required_behaviour' in read) return read;
  return 'measurement_configuration' in read || 'heartbeat_interval' in read
    ? { required_behaviour: { measurement_configuration: [], ...read } }
    : read;
}

function forgive(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => forgive(each, name));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, each]) => each !== null)
        .map(([key, each]) => [key, forgive(each, key)]),
    );
  }
  if (typeof value !== 'string') return value;
  if (NUMBERS.has(name) && /^-?\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  return WORDS.has(name) ? value.toUpperCase() : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
