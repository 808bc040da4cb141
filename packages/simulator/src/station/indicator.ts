import type { Evse } from './evse.ts';
import type { ConnectorStatus } from './station-event.ts';

/** How an EVSE looks to somebody in front of it (D1.5-Q5-7). */
export type Indicator = 'off' | 'fault' | 'free' | 'connected' | 'waiting' | 'charging' | 'feeding-in';

export function indicatorOf(evse: Evse, isInService: boolean, status: ConnectorStatus): Indicator {
  if (!isInService) return 'off';
  if (status === 'Faulted') return 'fault';
  if (evse.powerW() < 0) return 'feeding-in';
  const state = evse.chargingState;
  if (state === 'Idle') return 'free';
  if (state === 'Charging') return 'charging';
  return state === 'EVConnected' ? 'connected' : 'waiting';
}
