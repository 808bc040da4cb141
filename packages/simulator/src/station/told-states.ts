import type { Evse } from './evse.ts';
import type { OperationMode } from './profiles/profile.ts';
import type { ConnectorStatus, StationEvent } from './station-event.ts';

interface State {
  readonly status: ConnectorStatus;
  readonly mode: OperationMode;
  readonly isBroken: boolean;
  readonly phases: number;
}

/** What is new of an EVSE since it was last looked at. */
export interface StateChange {
  /** Status and faults, to be told as they are. */
  readonly events: readonly StationEvent[];
  readonly hasBroken: boolean;
  /** The mode it goes over to; undefined: the one before goes on. */
  readonly mode: OperationMode | undefined;
  /** Its car uses other phases, so limits per phase mean another power. */
  readonly hasOtherPhases: boolean;
}

/** The states that a station has told: it tells changes, and each of them once. */
export class ToldStates {
  readonly #told = new Map<number, State>();

  look(evse: Evse, status: ConnectorStatus, mode: OperationMode, atMs: number): StateChange {
    const { evseId } = evse.options;
    const told = this.#told.get(evseId);
    const isBroken = evse.hasTripped || evse.car?.pilotState === 'E';
    const phases = evse.phasesInUse;
    this.#told.set(evseId, { status, isBroken, mode, phases });
    const hasBroken = isBroken && told?.isBroken !== true;
    const code = evse.hasTripped ? 'OverCurrentFailure' : 'EVCommunicationError';
    return {
      events: [
        ...(status === told?.status ? [] : [{ kind: 'connector' as const, atMs, evseId, status }]),
        ...(hasBroken ? [{ kind: 'fault' as const, atMs, evseId, code } as const] : []),
      ],
      hasBroken,
      mode: told === undefined || told.mode === mode ? undefined : mode,
      hasOtherPhases: told !== undefined && told.phases !== phases,
    };
  }
}
