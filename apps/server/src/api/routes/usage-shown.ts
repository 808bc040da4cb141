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
