/**
 * Ids of the profiles this back office installs. They are fixed per EVSE, so that a new profile replaces the one before it, and lie above
 * the ids that belong to the station (K01.FR.80-82, TC_K_109).
 */
import type { Capability } from '../stations/index.ts';

const MAX = 1;
const DEFAULT = 100;
const TRANSACTION = 10_000;
const PRESENT = 20_000;

const above = ({ maxExternalConstraintsId }: Capability) => Math.max(0, maxExternalConstraintsId ?? 0);

export const maxProfileId = (capability: Capability) => above(capability) + MAX;
export const defaultProfileId = (capability: Capability, evseId: number) =>
  above(capability) + DEFAULT + evseId;
export const planProfileId = (capability: Capability, evseId: number) =>
  above(capability) + TRANSACTION + evseId;
/** The dynamic profile with the present value of a plan, above the plan itself. */
export const presentProfileId = (capability: Capability, evseId: number) =>
  above(capability) + PRESENT + evseId;
