/** Accounts of drivers: sign-up and guests, cars, usual wishes, consents, cards, their own charges and data. */
export { DEFAULT_FLOOR_SOC, PURPOSES, type Purpose, TEXT_VERSION } from './consent.ts';
export { createDriverAccounts, type DriverAccounts } from './create-driver-accounts.ts';
export { type DriverDefaults, WEEKDAYS, type Weekday } from './defaults.ts';
export { PART_KINDS } from './own-bills.ts';
export type { Partner, ProviderChoice } from './provider.ts';
export type { NewDriver } from './sign-up.ts';
export { type Socket, socketKey } from './socket-link.ts';
export type { DriverVehicle, KnownVehicle } from './vehicle.ts';
export { VEHICLE_MODELS } from './vehicle-models.ts';
export { type SeesPlace, seesPublished } from './visible-places.ts';
