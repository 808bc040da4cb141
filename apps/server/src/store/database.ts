import type { AccountsTables } from './tables/accounts.ts';
import type { AlarmsTables } from './tables/alarms.ts';
import type { BillingTables } from './tables/billing.ts';
import type { CityTables } from './tables/city.ts';
import type { CpoTables } from './tables/cpo.ts';
import type { DispatchTables } from './tables/dispatch.ts';
import type { DriverAccountsTables } from './tables/driver-accounts.ts';
import type { DriversTables } from './tables/drivers.ts';
import type { GridTables } from './tables/grid.ts';
import type { MailTables } from './tables/mail.ts';
import type { NetworkTables } from './tables/network.ts';
import type { OperatorsTables } from './tables/operators.ts';
import type { PartiesTables } from './tables/parties.ts';
import type { PlanningTables } from './tables/planning.ts';
import type { SitesTables } from './tables/sites.ts';
import type { StationProfilesTables } from './tables/station-profiles.ts';
import type { StationsTables } from './tables/stations.ts';
import type { TransactionsTables } from './tables/transactions.ts';

/** Every table of the platform. Each room describes its own in `tables/`, and creates them in `migrations/`. */
export interface Database
  extends OperatorsTables,
    AccountsTables,
    PartiesTables,
    SitesTables,
    DispatchTables,
    PlanningTables,
    StationsTables,
    TransactionsTables,
    DriversTables,
    DriverAccountsTables,
    CpoTables,
    BillingTables,
    StationProfilesTables,
    GridTables,
    AlarmsTables,
    CityTables,
    MailTables,
    NetworkTables {}
