import { at, NOON } from '../builders.ts';
import { period, phased, type RuleCase, switching, txDefault } from './case.ts';

export const stackCases: readonly RuleCase[] = [
  {
    rule: 'K01.FR.39',
    code: 'DuplicateProfile',
    name: 'one TxProfile per stackLevel and transaction',
    broken: { profile: period({ limit: 6 }), installed: [at(1, { ...period({ limit: 9 }), id: 11 })] },
    right: {
      profile: period({ limit: 6 }),
      installed: [at(1, { ...period({ limit: 9 }), id: 11, stackLevel: 1 })],
    },
  },
  {
    rule: 'K01.FR.06',
    code: 'DuplicateProfile',
    name: 'one profile per stackLevel, purpose and EVSE where validity overlaps',
    broken: { installed: [at(1, txDefault({ id: 11, validToMs: NOON }))] },
    right: {
      profile: txDefault({ validFromMs: NOON }),
      installed: [at(1, txDefault({ id: 11, validToMs: NOON }))],
    },
  },
  {
    rule: 'K01.FR.52',
    code: 'DuplicateProfile',
    name: 'TxDefault on EVSE 0 against one on an EVSE with its stackLevel (K01.FR.14)',
    broken: { evseId: 0, installed: [at(2, txDefault({ id: 11 }))] },
    right: { evseId: 0, installed: [at(2, txDefault({ id: 11, stackLevel: 1 }))] },
  },
  {
    rule: 'K01.FR.53',
    code: 'DuplicateProfile',
    name: 'TxDefault on an EVSE against one on EVSE 0 with its stackLevel (K01.FR.15)',
    broken: { evseId: 2, installed: [at(0, txDefault({ id: 11 }))] },
    right: { evseId: 2, installed: [at(0, txDefault({ id: 11, stackLevel: 1 }))] },
  },
  {
    rule: 'K01.FR.141',
    code: 'PhaseConflict',
    name: 'phaseToUse must agree across purposes',
    broken: {
      profile: phased(1, 1).profile,
      capability: switching,
      installed: [phased(0, 2, { id: 11, chargingProfilePurpose: 'ChargingStationMaxProfile' })],
    },
    right: {
      profile: phased(1, 1).profile,
      capability: switching,
      installed: [phased(0, 1, { id: 11, chargingProfilePurpose: 'ChargingStationMaxProfile' })],
    },
  },
];
