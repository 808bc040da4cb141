import type { OcpiRequest, OcpiResponse } from '@smac/ocpi';
import type { Planner } from '@smac/optimiser';
import type { AlarmBook } from '../alarms/index.ts';
import type { AmountSoFar, Billing } from '../billing/index.ts';
import type { Config } from '../config/index.ts';
import type { Dispatcher, Log } from '../dispatch/index.ts';
import type { DriverAccounts } from '../drivers/accounts/index.ts';
import type { Tokens } from '../drivers/index.ts';
import type { Grid } from '../grid/index.ts';
import type { City, CityReports } from '../insight/city/index.ts';
import type { Metrics, SessionList, StatusFeed } from '../insight/index.ts';
import type { Survey } from '../insight/survey/index.ts';
import type { Usage } from '../insight/usage/index.ts';
import type { Mail } from '../mail/index.ts';
import type { MoveEvse, Network } from '../network/index.ts';
import type { Accounts, ApiKeys, Audit } from '../operators/index.ts';
import type { Planning } from '../planning/index.ts';
import type { Parties, PullReport } from '../roles/scsp/index.ts';
import type { Sites } from '../sites/index.ts';
import type { ByHand, DriftLog, HandMadeProfiles, ProfileBook } from '../station-profiles/index.ts';
import type { StationsRoom } from '../stations/index.ts';
import type { Clock } from '../time/clock.ts';
import type { Transactions } from '../transactions/index.ts';

/** Everything the API serves; `main` wires the rooms in. */
export interface ApiSurroundings {
  readonly config: Config;
  readonly version: string;
  readonly demo: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: (count: number) => Uint8Array;
  readonly sites: Sites;
  /** What the meter of a supply point showed, for the loop below the plan. */
  readonly supplyMeasured: Dispatcher['supplyMeasured'];
  readonly planning: Planning;
  readonly planner: Planner;
  readonly parties: Parties;
  readonly grid: Grid;
  readonly pull: (peerId: string) => Promise<readonly PullReport[]>;
  readonly stations: StationsRoom;
  readonly network: Network;
  readonly moveEvse: MoveEvse;
  readonly transactions: Transactions;
  readonly profiles: ProfileBook;
  readonly drift: DriftLog;
  readonly handMade: Pick<HandMadeProfiles, 'of'>;
  readonly byHand: ByHand;
  /** What to type into a station, without its identity; undefined while no OCPP port is open. */
  readonly stationsUrl: () => string | undefined;
  readonly ocpi: (request: OcpiRequest) => Promise<OcpiResponse>;
  readonly tokens: Tokens;
  readonly billing: Billing;
  readonly city: City;
  readonly cityReports: CityReports;
  readonly survey: Survey;
  readonly usage: Usage;
  /** What an own transaction costs so far; undefined where nothing has a price. */
  readonly priceSoFar: (transactionId: string) => Promise<AmountSoFar | undefined>;
  /** Name of the other party whose profile an own session follows now; undefined: nobody's. */
  readonly setBy: (sessionId: string) => Promise<string | undefined>;
  readonly sessionList: SessionList;
  readonly apiKeys: ApiKeys;
  readonly accounts: Accounts;
  /** undefined: no mail server is set. */
  readonly mail: Mail | undefined;
  readonly driverAccounts: DriverAccounts;
  /** How browsers reach this server, without a slash at the end. */
  readonly publicUrl: string;
  readonly audit: Audit;
  /** Audit heads noted outside the database. */
  readonly auditAnchors: () => Parameters<Audit['verify']>[0];
  readonly alarms: AlarmBook;
  readonly status: StatusFeed;
  readonly metrics: Metrics;
  /** Empty when everything that is needed works, otherwise one sentence per fault. */
  readonly faults: () => Promise<readonly string[]>;
  /** The whole database as a backup file's content. */
  readonly backup: () => AsyncIterable<Uint8Array>;
  /** The usage data in it, for somebody else. */
  readonly usageExport: () => AsyncIterable<Uint8Array>;
}
