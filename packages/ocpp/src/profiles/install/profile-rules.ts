import { type InstallRequest, type Rule, transactionOf, V2, V16, V21 } from './rule.ts';

const EXTERNAL = 'ChargingStationExternalConstraints';
const perTransaction = new Set(['TxProfile', 'TxDefaultProfile', 'PriorityCharging']);
const ONLY_21: readonly string[] = [
  'maxOfflineDuration',
  'invalidAfterOfflineDuration',
  'dynUpdateInterval',
  'dynUpdateTimeMs',
];

/** Rules about the profile as a whole: purpose, place, id, kind, validity, transaction. */
export const profileRules: readonly Rule[] = [
  {
    id: 'K01.FR.28',
    code: 'UnknownEvse',
    broken: ({ evseId, capability }) =>
      evseId === 0 || capability.evses.some((evse) => evse.evseId === evseId)
        ? undefined
        : `evseId ${evseId} does not exist: use 0 or one of ${capability.evses.map((evse) => evse.evseId).join(', ')}`,
  },
  {
    id: 'K01.FR.22',
    versions: V2,
    code: 'InvalidProfile',
    broken: ({ source, profile }) =>
      source !== 'Station' && profile.chargingProfilePurpose === EXTERNAL
        ? `chargingProfilePurpose ${EXTERNAL} is not the CSMS's to set: use ChargingStationMaxProfile`
        : undefined,
  },
  {
    id: 'K27',
    versions: V21,
    code: 'InvalidProfile',
    broken: ({ source, profile }) =>
      source !== 'Station' && profile.chargingProfilePurpose === 'LocalGeneration'
        ? 'chargingProfilePurpose LocalGeneration is announced by the station (NotifyChargingLimit), not set by the CSMS'
        : undefined,
  },
  {
    id: 'K01.FR.120',
    code: 'UnsupportedPurpose',
    broken: ({ profile, capability: { purposes, version } }) => {
      const purpose = profile.chargingProfilePurpose;
      const since21 = purpose === 'PriorityCharging' || purpose === 'LocalGeneration';
      const exists = version === '2.1' || (!since21 && (version === '2.0.1' || purpose !== EXTERNAL));
      if (!exists) return `chargingProfilePurpose ${purpose} does not exist in OCPP ${version}`;
      return purposes === undefined || purposes.includes(purpose)
        ? undefined
        : `chargingProfilePurpose ${purpose} is not supported: use one of ${purposes.join(', ')}`;
    },
  },
  {
    id: 'K01.FR.121',
    code: 'UnsupportedKind',
    broken: ({ profile, capability: { kinds, version } }) => {
      const kind = profile.chargingProfileKind;
      if (kind === 'Dynamic' && version !== '2.1')
        return `chargingProfileKind Dynamic does not exist in OCPP ${version}`;
      return kinds === undefined || kinds.includes(kind)
        ? undefined
        : `chargingProfileKind ${kind} is not supported: use one of ${kinds.join(', ')}`;
    },
  },
  {
    id: 'version',
    versions: ['1.6', '2.0.1'],
    code: 'UnsupportedParam',
    broken: ({ profile, capability }) => {
      const field = ONLY_21.find((name) => Object.hasOwn(profile, name));
      return field === undefined
        ? undefined
        : `${field} does not exist in OCPP ${capability.version}: leave it out`;
    },
  },
  {
    id: 'K01.FR.122',
    versions: V21,
    code: 'InvalidProfile',
    broken: ({ profile }) =>
      profile.chargingProfileKind !== 'Dynamic' &&
      (profile.dynUpdateInterval !== undefined || profile.dynUpdateTimeMs !== undefined)
        ? 'dynUpdateInterval and dynUpdateTime belong to chargingProfileKind Dynamic only'
        : undefined,
  },
  {
    id: 'K01.FR.81',
    versions: V2,
    code: 'InvalidProfileId',
    broken: ({ source, profile, capability: { maxExternalConstraintsId: bound } }) =>
      bound !== undefined && source !== 'Station' && profile.id <= bound
        ? `id ${profile.id} is reserved for the station: use an id above MaxExternalConstraintsId ${bound}`
        : undefined,
  },
  {
    id: 'K01.FR.82',
    versions: V2,
    code: 'InvalidProfileId',
    broken: ({ source, profile, capability: { maxExternalConstraintsId: bound } }) =>
      bound !== undefined && source === 'Station' && profile.id > bound
        ? `id ${profile.id} is the CSMS's: the station uses ids up to MaxExternalConstraintsId ${bound}`
        : undefined,
  },
  {
    id: 'K01.FR.05',
    versions: V2,
    code: 'InvalidProfileId',
    broken: ({ source, profile, installed }) =>
      source !== 'Station' &&
      installed.some(
        (each) => each.profile.id === profile.id && isTheStations(each.profile.chargingProfilePurpose),
      )
        ? `id ${profile.id} is in use by a profile of the station, which the CSMS may not replace: use another id`
        : undefined,
  },
  {
    id: 'Q05',
    versions: V21,
    code: 'InvalidProfile',
    broken: ({ source, profile, capability }) =>
      source === 'Station' &&
      profile.chargingProfilePurpose === EXTERNAL &&
      capability.externalConstraintsDisallowed === true
        ? `${EXTERNAL} profiles are switched off by ExternalConstraintsProfileDisallowed`
        : undefined,
  },
  {
    id: 'ProfileStackLevel',
    code: 'InvalidStackLevel',
    broken: ({ profile: { stackLevel }, capability: { maxStackLevel } }) =>
      !Number.isInteger(stackLevel) ||
      stackLevel < 0 ||
      stackLevel > (maxStackLevel ?? Number.POSITIVE_INFINITY)
        ? `stackLevel ${stackLevel} must be a whole number from 0 to ${maxStackLevel ?? 'the maximum of the station'}`
        : undefined,
  },
  {
    id: 'validFrom < validTo',
    code: 'InvalidProfile',
    broken: ({ profile: { validFromMs, validToMs } }) =>
      validFromMs !== undefined && validToMs !== undefined && validFromMs >= validToMs
        ? 'validFrom must be before validTo'
        : undefined,
  },
  {
    id: 'ChargingStationMaxProfile on evseId 0',
    code: 'InvalidProfile',
    broken: ({ evseId, profile }) =>
      profile.chargingProfilePurpose === 'ChargingStationMaxProfile' && evseId !== 0
        ? `ChargingStationMaxProfile limits the whole station: use evseId 0 instead of ${evseId}`
        : undefined,
  },
  {
    id: 'K01.FR.38',
    versions: V2,
    code: 'InvalidProfile',
    broken: ({ profile }) =>
      profile.chargingProfilePurpose === 'ChargingStationMaxProfile' &&
      profile.chargingProfileKind === 'Relative'
        ? 'ChargingStationMaxProfile cannot be Relative: use Absolute or Recurring'
        : undefined,
  },
  {
    // it would have no start (K01.FR.42); 1.6 leaves this open for the Max profile
    id: 'Relative needs a transaction',
    code: 'InvalidProfile',
    broken: ({ evseId, profile }) =>
      profile.chargingProfileKind === 'Relative' &&
      evseId === 0 &&
      !perTransaction.has(profile.chargingProfilePurpose)
        ? `chargingProfileKind Relative has no start for ${profile.chargingProfilePurpose} on evseId 0: use Absolute`
        : undefined,
  },
  {
    id: 'K01.FR.60',
    code: 'InvalidProfile',
    broken: ({ profile }) =>
      (profile.chargingProfileKind === 'Recurring') === (profile.recurrencyKind !== undefined)
        ? undefined
        : 'recurrencyKind must be given with chargingProfileKind Recurring, and only then',
  },
  {
    id: 'K05.FR.02',
    code: 'InvalidProfile',
    broken: ({ source, profile }) =>
      source === 'RemoteStart' &&
      (profile.chargingProfilePurpose !== 'TxProfile' || profile.transactionId !== undefined)
        ? 'a start request carries a TxProfile without transactionId'
        : undefined,
  },
  {
    id: 'K01.FR.16',
    code: 'InvalidProfile',
    broken: ({ evseId, profile }) =>
      profile.chargingProfilePurpose === 'TxProfile' && evseId === 0
        ? 'TxProfile needs the evseId of its transaction, not 0'
        : undefined,
  },
  {
    id: 'K01.FR.03',
    versions: V2,
    code: 'InvalidProfile',
    broken: ({ source, profile }) =>
      source !== 'RemoteStart' &&
      (profile.chargingProfilePurpose === 'TxProfile') !== (profile.transactionId !== undefined)
        ? 'transactionId must be given with TxProfile, and only then'
        : undefined,
  },
  {
    id: 'K01.FR.09',
    versions: V2,
    code: 'TxNotFound',
    broken: (request) => missingTransaction(request),
  },
  {
    id: '1.6 §3.13.1',
    versions: V16,
    code: 'TxNotFound',
    broken: (request) => missingTransaction(request),
  },
  {
    id: 'Entries(ChargingProfiles)',
    code: 'OutOfStorage',
    broken: ({ capability: { maxProfiles }, installed, profile }) =>
      maxProfiles !== undefined &&
      installed.filter((each) => each.profile.id !== profile.id).length >= maxProfiles
        ? `the station holds its maximum of ${maxProfiles} profiles: clear one first`
        : undefined,
  },
];

function isTheStations(purpose: string): boolean {
  return purpose === EXTERNAL || purpose === 'LocalGeneration';
}

function missingTransaction(request: InstallRequest): string | undefined {
  const { profile, source, evseId } = request;
  if (profile.chargingProfilePurpose !== 'TxProfile' || source === 'RemoteStart') return undefined;
  return transactionOf(request) === undefined
    ? `no transaction ${profile.transactionId ?? ''} runs on evseId ${evseId}: send the profile after its start`
    : undefined;
}
