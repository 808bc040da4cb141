import type { OcppVersion } from '@smac/ocpp';
import type { Audit } from '../../operators/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Capabilities } from '../capability/capabilities.ts';
import type { Connections } from '../connections.ts';
import type { Directory } from '../identity/directory.ts';
import { masked } from '../journal/mask.ts';
import type { CallGuard, CallOptions, StationCallOutcome, StationListener } from '../room.ts';

interface CallRoom {
  readonly directory: Directory;
  readonly connections: Connections;
  readonly capabilities: Capabilities;
  readonly audit: Audit;
  readonly activity: Activity;
  /** Who may say no to a call of a person. */
  readonly guards: () => readonly CallGuard[];
  /** Who hears what came of one. */
  readonly ears: () => readonly NonNullable<StationListener['called']>[];
}

/** Calls of people are looked at by the guards and stand in the audit trail; rooms of this server (`system:`) answer for themselves. */
export function isPerson(actor: string): boolean {
  return !actor.startsWith('system');
}

/** Sends one message to one station, and says what came of it. */
export function createCall(room: CallRoom) {
  const { directory, connections, capabilities, audit, activity } = room;

  async function send(
    stationId: string,
    action: string,
    payload: unknown,
    options: CallOptions,
  ): Promise<StationCallOutcome> {
    if (directory.byId(stationId) === undefined) return { kind: 'unknown-station' };
    const live = connections.get(stationId);
    if (live === undefined) return { kind: 'offline' };
    const { version } = live.connection;
    const refusal =
      forbidden(action, payload) ?? (await guarded(stationId, version, action, payload, options));
    if (refusal !== undefined) return { kind: 'refused', detail: refusal };
    return live.connection.callAny(action, payload, {
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      ...(options.urgent === undefined ? {} : { urgent: options.urgent }),
    });
  }

  async function guarded(
    stationId: string,
    version: OcppVersion,
    action: string,
    payload: unknown,
    { actor = 'system' }: CallOptions,
  ): Promise<string | undefined> {
    if (!isPerson(actor)) return undefined;
    for (const guard of room.guards()) {
      const refusal = await guard({ stationId, version, action, payload, actor });
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  // Waiting for a station is not work in flight: its answer may hang on the clock that waits for work to settle.
  return async (
    stationId: string,
    action: string,
    payload: unknown,
    options: CallOptions = {},
  ): Promise<StationCallOutcome> => {
    const version = connections.get(stationId)?.connection.version;
    const outcome = await send(stationId, action, payload, options);
    const { actor = 'system' } = options;
    await activity.track(async () => {
      await capabilities.learn(stationId, action, payload, outcome);
      if (!isPerson(actor) || outcome.kind === 'unknown-station') return;
      await audit.record({
        actor,
        action: 'station.called',
        subject: `station:${stationId}`,
        detail: {
          action,
          payload: storable(masked(payload)),
          outcome: outcome.kind,
          answer: answerOf(outcome),
        },
      });
      if (version === undefined || NOT_SENT.has(outcome.kind)) return;
      for (const hear of room.ears()) await hear({ stationId, version, action, payload, actor }, outcome);
    });
    return outcome;
  };
}

const NOT_SENT: ReadonlySet<string> = new Set(['offline', 'refused', 'invalid', 'busy', 'unknown-station']);

/** `jsonb` takes no U+0000. */
function storable(payload: unknown): unknown {
  return JSON.parse((JSON.stringify(payload) ?? 'null').replaceAll('\\u0000', ''));
}

/** K01.FR.22: external constraints are the station's own, whoever asks. */
function forbidden(action: string, payload: unknown): string | undefined {
  if (action !== 'SetChargingProfile') return undefined;
  const { chargingProfile } = (payload ?? {}) as {
    readonly chargingProfile?: { readonly chargingProfilePurpose?: string };
  };
  return chargingProfile?.chargingProfilePurpose === 'ChargingStationExternalConstraints'
    ? 'chargingProfile.chargingProfilePurpose must not be ChargingStationExternalConstraints: a CSMS never sets it (K01.FR.22); use ChargingStationMaxProfile.'
    : undefined;
}

function answerOf(outcome: StationCallOutcome): unknown {
  if (outcome.kind === 'error') return outcome.code;
  if (outcome.kind !== 'result' || typeof outcome.payload !== 'object' || outcome.payload === null)
    return null;
  return 'status' in outcome.payload ? outcome.payload.status : null;
}
