export {
  assessWear,
  type PathWear,
  type SessionWear,
  type WearAssessment,
  type WornBattery,
  wearOf,
  withoutDischarge,
} from './assess.ts';
export { DEFAULT_WEAR_ASSUMPTIONS, type WearAssumptions } from './assumptions.ts';
export { WEAR_MODELS, type WearChemistry, type WearModel } from './models.ts';
export { type Cycle, rainflow } from './rainflow.ts';
