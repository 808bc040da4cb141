import type { OcpiPlatform, PartyId } from '@smac/ocpi';
import type { Billing } from '../../billing/index.ts';
import type { Tokens } from '../../drivers/index.ts';
import type { Network } from '../../network/index.ts';
import type { Sites } from '../../sites/index.ts';
import type { Store } from '../../store/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';
import type { Transactions } from '../../transactions/index.ts';
import type { CommandExecutor, ProfileExecutor } from './executors.ts';
import type { Reservations } from './reservations.ts';

export interface CpoLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Everything the role works with. */
export interface CpoRooms {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: CpoLog;
  readonly activity: Activity;
  readonly sites: Sites;
  readonly network: Network;
  readonly tokens: Tokens;
  readonly billing: Billing;
  readonly transactions: Pick<Transactions, 'list'>;
  readonly commands: CommandExecutor;
  readonly reservations: Reservations;
  /** Absent: profiles of other parties are not supported. */
  readonly profiles?: ProfileExecutor;
  /** The platform that all roles of this server share; known once they are put together. */
  readonly platform: () => OcpiPlatform;
  /** D1.5-§2.3.1.1-TOPa and TOPc: the contract decides, kept as the agreement `charging_profiles` with the peer. */
  readonly maySetProfiles: (peerId: string) => Promise<boolean>;
  /** Only mobility providers issue tokens and send commands: whoever else is connected starts no car and opens no lock. */
  readonly isProvider: (peerId: string, party: PartyId) => Promise<boolean>;
}

export const PROFILES_AGREEMENT = 'charging_profiles';
