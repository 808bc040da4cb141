/** What the CPO role wants from the rooms that talk to stations. */
import type {
  ActiveChargingProfile,
  ChargingProfile,
  ChargingProfileResult,
  CommandResult,
  PartyId,
  Token,
} from '@smac/ocpi';
import type { Placed } from '../../network/index.ts';

/** Carries commands of eMSPs out at stations; resolves with what the station said, at the latest after `COMMAND_TIMEOUT_S`. Never throws. */
export interface CommandExecutor {
  start(request: {
    readonly place: Placed;
    /** OCPI connector id. */
    readonly connectorId?: string;
    readonly token: Token;
  }): Promise<CommandResult>;
  /** `sessionId` of a live own session. */
  stop(sessionId: string): Promise<CommandResult>;
  unlock(place: Placed, connectorId: string): Promise<CommandResult>;
  /** `number` is ours and unique; the same one again replaces the reservation. */
  reserve(request: {
    readonly place: Placed;
    readonly number: number;
    readonly token: Token;
    readonly expiresMs: number;
  }): Promise<CommandResult>;
  cancel(place: Placed, number: number): Promise<CommandResult>;
}

/** Who wants a profile for an own session. */
export interface ProfileSetter {
  readonly peerId: string;
  readonly party: PartyId;
}

/**
 * Carries charging profiles of other parties out at stations: below every limit of this operator and of the grid, which always win
 * (D1.5-§2.3.1.1-MIX). Resolves when the station answered. Never throws.
 */
export interface ProfileExecutor {
  /** Replaces the one before (D1.5-§2.3.1.1-CPa). UNKNOWN: the station did not say. */
  set(
    sessionId: string,
    profile: ChargingProfile,
    setter: ProfileSetter,
  ): Promise<ChargingProfileResult['result']>;
  clear(sessionId: string, setter: ProfileSetter): Promise<ChargingProfileResult['result']>;
  /** After a restart: what was set before goes on. */
  resume(sessionId: string, profile: ChargingProfile): Promise<void>;
  /** What is in force for the next `durationS` seconds, read from the station; undefined: it did not say. */
  active(sessionId: string, durationS: number): Promise<ActiveChargingProfile | undefined>;
}

/** Longest wait for a station, s; also the `timeout` that is told to the other platform. */
export const COMMAND_TIMEOUT_S = 60;
