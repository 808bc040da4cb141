import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { Capabilities } from '../capability/capabilities.ts';
import type { StationAuthority } from '../certificates/authority.ts';
import type { Connections } from '../connections.ts';
import type { EventLog } from '../event-log.ts';
import type { Directory } from '../identity/directory.ts';
import type { Secrets } from '../identity/secret.ts';
import type { StationsPolicy } from '../policy.ts';
import type { Stations } from '../room.ts';
import type { Log } from '../surroundings.ts';
import type { StatusBook } from './connectors.ts';

/** What the handlers of the room share. */
export interface House {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: StationsPolicy;
  readonly directory: Directory;
  readonly secrets: Secrets;
  readonly connections: Connections;
  readonly events: EventLog;
  readonly capabilities: Capabilities;
  readonly authority: StationAuthority;
  readonly statuses: StatusBook;
  readonly call: Stations['call'];
  /** Runs in the background; a failure is logged as a defect. */
  readonly background: (name: string, work: () => Promise<void>) => void;
}

export const iso = (ms: number): string => new Date(ms).toISOString();
