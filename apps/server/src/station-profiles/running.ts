/** Which station charges for which session, without asking the database: who can be reached must be known at once. */
import type { SessionKey } from '../dispatch/index.ts';
import type { TransactionState, Transactions } from '../transactions/index.ts';

export interface Running {
  at(sessionId: string): { readonly stationId: string; readonly evseId: number } | undefined;
  sessionsAt(stationId: string): readonly string[];
  start(): Promise<void>;
  close(): void;
}

export function followRunning(transactions: Transactions): Running {
  const places = new Map<string, { readonly stationId: string; readonly evseId: number }>();
  const byStation = new Map<string, Set<string>>();
  const note = ({ id, state, stationId, evseId }: TransactionState) => {
    const there = byStation.get(stationId) ?? new Set();
    if (state === 'active') {
      places.set(id, { stationId, evseId });
      byStation.set(stationId, there.add(id));
      return;
    }
    places.delete(id);
    there.delete(id);
    if (there.size === 0) byStation.delete(stationId);
  };
  const unsubscribe = transactions.onChange(({ transaction }) => note(transaction));
  return {
    at: (sessionId) => places.get(sessionId),
    sessionsAt: (stationId) => [...(byStation.get(stationId) ?? [])],
    async start() {
      for (let offset = 0; ; offset += 1_000) {
        const active = await transactions.list({ state: 'active', limit: 1_000, offset });
        for (const transaction of active) note(transaction);
        if (active.length < 1_000) return;
      }
    },
    close: unsubscribe,
  };
}

export const keysOf = (peerId: string, sessionIds: readonly string[]): SessionKey[] =>
  sessionIds.map((sessionId) => ({ peerId, sessionId }));
