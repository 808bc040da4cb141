import { csvOf } from '../city/csv.ts';
import type { ProfileInForce } from './profiles-in-force.ts';
import type { UsageReport, UsageSocket, UsageTransaction } from './usage.ts';

export const USAGE_PARTS = ['transactions', 'sockets'] as const;
export type UsagePart = (typeof USAGE_PARTS)[number];

type Row = Parameters<typeof csvOf>[1][number];

/** One of the two tables of a month as CSV: a line per transaction or per socket, times in UTC, energies in Wh. */
export function usageCsv(report: UsageReport, part: UsagePart): string {
  return part === 'sockets'
    ? csvOf(SOCKET_COLUMNS, report.sockets.map(socketRow))
    : csvOf(TRANSACTION_COLUMNS, report.transactions.map(transactionRow));
}

const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const placeOf = ({ operator, siteName, stationId, evseUid }: UsageSocket['evse']) => [
  operator,
  siteName,
  stationId,
  evseUid,
];

const TRANSACTION_COLUMNS = [
  'transaction',
  'operator',
  'site',
  'station',
  'socket',
  'card',
  'connected',
  'disconnected',
  'start',
  'end',
  'charging_from',
  'charging_until',
  'energy_wh',
  'export_wh',
  'most_w',
  'particularities',
  'profiles',
];

function transactionRow(told: UsageTransaction): Row {
  const times = [told.connectedMs, told.disconnectedMs, told.startMs, told.endMs];
  return [
    told.code,
    ...placeOf(told.evse),
    told.card,
    ...[...times, told.chargingFromMs, told.chargingUntilMs].map(at),
    told.energyWh,
    told.exportWh,
    told.mostW,
    told.particularities.join(' '),
    told.profiles.map(profileText).join('; '),
  ];
}

function profileText({ planNumber, fromMs, untilMs, stretches }: ProfileInForce): string {
  const powersW = stretches.map(({ powerW }) => powerW);
  return `plan ${planNumber} ${at(fromMs)}/${at(untilMs)} ${Math.min(...powersW)}..${Math.max(...powersW)} W`;
}

const SOCKET_COLUMNS = [
  'operator',
  'site',
  'station',
  'socket',
  'transactions',
  'cards',
  'energy_wh',
  'uptime_share',
  'malfunctions',
  'malfunctions_at',
];

function socketRow({ evse, transactions, cards, energyWh, availability }: UsageSocket): Row {
  const outages = availability?.outages;
  return [
    ...placeOf(evse),
    transactions,
    cards,
    energyWh,
    availability?.uptimeShare ?? null,
    outages?.length ?? null,
    outages?.map(({ fromMs, untilMs }) => `${at(fromMs)}/${at(untilMs)}`).join(' ') ?? null,
  ];
}
