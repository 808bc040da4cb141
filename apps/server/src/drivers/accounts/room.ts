import type { Accounts, Audit } from '../../operators/index.ts';
import type { Sites } from '../../sites/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { Tokens } from '../tokens.ts';
import type { Partner } from './provider.ts';

/** What every function about drivers' accounts works with. */
export interface DriverRoom {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly audit: Audit;
  readonly accounts: Accounts;
  readonly tokens: Pick<Tokens, 'add' | 'remove' | 'picture'>;
  readonly sites: Pick<Sites, 'session' | 'setPreferences' | 'setVehicle' | 'setProvider'>;
  /** Who a driver may choose besides this platform. */
  readonly partners: () => Promise<readonly Partner[]>;
}

/** Own sessions of the network, beside those of other platforms. */
export const OWN_SESSIONS = 'own';
