/** Grid operators: partners, groups of connections, and their signals as inputs of supply points. */
export { createGrid, type GridOptions } from './create-grid.ts';
export type {
  Grid,
  GridGroup,
  GridOutcome,
  GridSignal,
  GroupView,
  NewPartner,
  PartnerView,
} from './grid.ts';
