import type { Migration } from 'kysely/migration';
import * as operators from './0001_operators.ts';
import * as parties from './0010_parties.ts';
import * as sites from './0020_sites.ts';
import * as policyVersions from './0021_policy_versions.ts';
import * as providerOfSession from './0022_provider_of_session.ts';
import * as dispatch from './0030_dispatch.ts';
import * as supplyMeter from './0031_supply_meter.ts';
import * as planning from './0040_planning.ts';
import * as planRoom from './0041_plan_room.ts';
import * as stations from './0050_stations.ts';
import * as transactions from './0051_transactions.ts';
import * as drivers from './0052_drivers.ts';
import * as stationProfiles from './0053_station_profiles.ts';
import * as network from './0054_network.ts';
import * as byHandAndAvailability from './0055_by_hand_and_availability.ts';
import * as readingTimes from './0056_reading_times.ts';
import * as stationFuse from './0056_station_fuse.ts';
import * as foldOfReports from './0057_fold_of_reports.ts';
import * as stationLimits from './0058_station_limits.ts';
import * as transactionEnds from './0059_transaction_ends.ts';
import * as billing from './0060_billing.ts';
import * as cpo from './0061_cpo.ts';
import * as cpoProfiles from './0062_cpo_profiles.ts';
import * as reservationUse from './0063_reservation_use.ts';
import * as payments from './0064_payments.ts';
import * as accounts from './0070_accounts.ts';
import * as driverAccounts from './0071_driver_accounts.ts';
import * as erasure from './0072_erasure.ts';
import * as passkeys from './0073_passkeys.ts';
import * as savedViews from './0074_saved_views.ts';
import * as bookingsAndNotices from './0075_bookings_and_notices.ts';
import * as mail from './0076_mail.ts';
import * as grid from './0080_grid.ts';
import * as alarms from './0090_alarms.ts';
import * as city from './0091_city.ts';
import * as batteryOfCar from './0092_battery_of_car.ts';

/**
 * One list for both databases, up only, in this order. Numbers by room: 0001-0009 operators, 0010-0019 parties, 0020-0029 sites,
 * 0030-0039 dispatch, 0040-0049 planning,
 * 0050-0059 stations, transactions and drivers, 0060-0069 billing and the CPO role, 0070-0079 accounts of people, 0080-0089 grid signals, 0090-0099 alarms. A migration that was released is never edited; a change is a new file.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_operators': operators,
  '0010_parties': parties,
  '0020_sites': sites,
  '0021_policy_versions': policyVersions,
  '0022_provider_of_session': providerOfSession,
  '0030_dispatch': dispatch,
  '0031_supply_meter': supplyMeter,
  '0040_planning': planning,
  '0041_plan_room': planRoom,
  '0050_stations': stations,
  '0051_transactions': transactions,
  '0052_drivers': drivers,
  '0053_station_profiles': stationProfiles,
  '0054_network': network,
  '0055_by_hand_and_availability': byHandAndAvailability,
  '0056_reading_times': readingTimes,
  '0056_station_fuse': stationFuse,
  '0057_fold_of_reports': foldOfReports,
  '0058_station_limits': stationLimits,
  '0059_transaction_ends': transactionEnds,
  '0060_billing': billing,
  '0061_cpo': cpo,
  '0062_cpo_profiles': cpoProfiles,
  '0063_reservation_use': reservationUse,
  '0064_payments': payments,
  '0070_accounts': accounts,
  '0071_driver_accounts': driverAccounts,
  '0072_erasure': erasure,
  '0073_passkeys': passkeys,
  '0074_saved_views': savedViews,
  '0075_bookings_and_notices': bookingsAndNotices,
  '0076_mail': mail,
  '0080_grid': grid,
  '0090_alarms': alarms,
  '0091_city': city,
  '0092_battery_of_car': batteryOfCar,
};
