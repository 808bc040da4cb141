/**
 * Stations that can hold a list of tokens for when they are offline hold the right one: after a boot, when they come back, and when tokens
 * change (OCPP SendLocalList). One station after the other, so that a card that is blocked costs no storm.
 */
import type { LocalListLimits, Tokens } from '../drivers/index.ts';
import type { StationsRoom } from '../stations/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import { limitsOf } from './limits.ts';
import { sendLocalList } from './wire.ts';

export interface LocalListsOptions {
  readonly stations: Pick<StationsRoom, 'listen' | 'connected' | 'call' | 'list' | 'deviceModel'>;
  readonly tokens: Pick<Tokens, 'localListFor' | 'localListAnswered' | 'onChange'>;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly log: {
    info(fields: Readonly<Record<string, unknown>>, message: string): void;
    error(fields: Readonly<Record<string, unknown>>, message: string): void;
  };
}

/** Tokens change in bursts (a provider pushes its cards): one list serves what came meanwhile, ms. */
const PAUSE_MS = 2_000;
const ACTOR = 'system:local-lists';

/** @returns ends it; resolves when nothing is under way */
export function keepLocalLists(options: LocalListsOptions): () => Promise<void> {
  const { stations, tokens, clock, activity, log } = options;
  const waiting = new Set<string>();
  const limits = new Map<string, LocalListLimits | undefined>();
  let running: Promise<void> | undefined;
  let cancelLater: (() => void) | undefined;
  let isClosed = false;

  function begin(): void {
    if (isClosed) return;
    running ??= activity.track(work).finally(() => {
      running = undefined;
      if (waiting.size > 0) begin();
    });
  }

  async function work(): Promise<void> {
    for (const stationId of waiting) {
      waiting.delete(stationId);
      if (isClosed) return;
      await bring(stationId).catch((error: unknown) =>
        log.error({ stationId, error }, 'The local list of a station was not brought up to date'),
      );
    }
  }

  async function bring(stationId: string): Promise<void> {
    const version = stations.connected(stationId)?.version;
    if (version === undefined) return;
    if (!limits.has(stationId))
      limits.set(stationId, limitsOf(version, await stations.deviceModel(stationId)));
    const room = limits.get(stationId);
    if (room === undefined) return;
    const held = await heldVersion(stationId);
    // 1.6: -1 is a station without a list.
    if (held === undefined || held < 0) return;
    // After a refusal the next list is a whole one; twice is enough.
    if (await send(stationId, held, room)) return;
    await send(stationId, held, room);
  }

  async function heldVersion(stationId: string): Promise<number | undefined> {
    const outcome = await stations.call(stationId, 'GetLocalListVersion', {}, { actor: ACTOR });
    if (outcome.kind !== 'result') return undefined;
    const { listVersion, versionNumber } = outcome.payload as {
      listVersion?: number;
      versionNumber?: number;
    };
    return listVersion ?? versionNumber;
  }

  async function send(stationId: string, held: number, room: LocalListLimits): Promise<boolean> {
    const version = stations.connected(stationId)?.version;
    const update = version && (await tokens.localListFor(stationId, held, room));
    if (update === undefined || version === undefined) return true;
    const payload = sendLocalList(version, update);
    const outcome = await stations.call(stationId, 'SendLocalList', payload, { actor: ACTOR });
    const accepted =
      outcome.kind === 'result' && (outcome.payload as { readonly status: string }).status === 'Accepted';
    await tokens.localListAnswered(stationId, update.version, accepted);
    const { kind, entries, removed, leftOut } = update;
    log.info(
      { stationId, kind, entries: entries.length, removed: removed.length, leftOut, accepted },
      accepted ? 'A station took its local list' : 'A station did not take its local list',
    );
    return accepted || outcome.kind !== 'result';
  }

  const unlisten = stations.listen({
    event(event) {
      if (event.kind === 'capability') limits.delete(event.stationId);
      if (event.kind !== 'capability' && event.kind !== 'connected') return;
      waiting.add(event.stationId);
      begin();
    },
  });
  const unsubscribe = tokens.onChange(() => {
    cancelLater ??= clock.after(PAUSE_MS, () => {
      cancelLater = undefined;
      for (const { stationId } of stations.list()) waiting.add(stationId);
      begin();
    });
  });

  return async () => {
    isClosed = true;
    cancelLater?.();
    unlisten();
    unsubscribe();
    await running;
  };
}
