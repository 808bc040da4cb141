import type { LiveUsage, ProfileInForce, UsageSocket, UsageTransaction } from '../../insight/usage/index.ts';
import { outside } from '../outside.ts';

const placeOf = ({ operator, siteName, stationId, evseUid }: UsageSocket['evse']) => ({
  operator,
  site: siteName,
  station: stationId,
  socket: evseUid,
});
const at = (ms: number) => new Date(ms).toISOString();

export function transactionShown({ evse, profiles, ...told }: UsageTransaction) {
  return {
    ...placeOf(evse),
    ...(outside(told) as object),
    profiles: profiles.map(profileShown),
  };
}

export function liveShown({ evse, profile, ...told }: LiveUsage) {
  return {
    ...placeOf(evse),
    ...(outside(told) as object),
    profile: profile === null ? null : profileShown(profile),
  };
}

function profileShown({ id, planNumber, reason, fromMs, untilMs, stretches }: ProfileInForce) {
  const powersW = stretches.map(({ powerW }) => powerW);
  return {
    id,
    plan: planNumber,
    reason,
    from: at(fromMs),
    until: at(untilMs),
    leastW: Math.min(...powersW),
    mostW: Math.max(...powersW),
  };
}

export function socketShown({ evse, transactions, cards, energyWh, availability }: UsageSocket) {
  return {
    ...placeOf(evse),
    transactions,
    cards,
    energyWh,
    uptimeShare: availability?.uptimeShare ?? null,
    malfunctions:
      availability?.outages.map(({ fromMs, untilMs }) => ({ from: at(fromMs), until: at(untilMs) })) ?? null,
  };
}

export const TRANSACTION_COLUMNS = [
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
  'particularities',
  'profiles',
];

export function transactionRow(transaction: UsageTransaction) {
  const { operator, site, station, socket } = placeOf(transaction.evse);
  const { connectedMs, disconnectedMs, startMs, endMs, chargingFromMs, chargingUntilMs } = transaction;
  const times = [connectedMs, disconnectedMs, startMs, endMs, chargingFromMs, chargingUntilMs];
  return [
    transaction.code,
    operator,
    site,
    station,
    socket,
    transaction.card,
    ...times.map((ms) => (ms === null ? null : at(ms))),
    transaction.energyWh,
    transaction.exportWh,
    transaction.particularities.join(' '),
    transactionShown(transaction)
      .profiles.map(
        ({ plan, from, until, leastW, mostW }) => `plan ${plan} ${from}/${until} ${leastW}..${mostW} W`,
      )
      .join('; '),
  ];
}

export const SOCKET_COLUMNS = [
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

export function socketRow(line: UsageSocket) {
  const { operator, site, station, socket, transactions, cards, energyWh, uptimeShare, malfunctions } =
    socketShown(line);
  const moments = malfunctions?.map(({ from, until }) => `${from}/${until}`).join(' ') ?? null;
  const counts = [transactions, cards, energyWh, uptimeShare, malfunctions?.length ?? null];
  return [operator, site, station, socket, ...counts, moments];
}
