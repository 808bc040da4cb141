import { codecOf } from '../bridge/codecs.ts';
import { hubClientInfoModules } from '../hubclientinfo/module.ts';
import type { ModuleDefinition } from '../server/module-definition.ts';
import { chargingProfilesReceiver, chargingProfilesSender } from './charging-profiles/module.ts';
import { locationsReceiver, locationsSender } from './locations/module.ts';
import { sessionsReceiver, sessionsSender } from './sessions/module.ts';
import { optimisationModules } from './smart-charging-optimisation/module.ts';
import { tariffsReceiver, tariffsSender } from './tariffs/module.ts';
import { tokensReceiver, tokensSender } from './tokens/module.ts';

export { decideLastUpdated } from './change/last-updated.ts';
export { mergePatch } from './change/merge-patch.ts';
export { RESULT_PATHS, type ResultKind, responseUrl } from './charging-profiles/result-paths.ts';
export { connectorMaxPowerW } from './locations/connector-power.ts';
export {
  patchConnector,
  patchEvse,
  patchLocation,
  putConnector,
  putEvse,
} from './locations/patch-location.ts';
export { patchSession } from './sessions/patch-session.ts';
export type {
  CanonicalConnector,
  CanonicalContext,
  CanonicalEvse,
  CanonicalSlot,
  SeriesKind,
} from './smart-charging-optimisation/canonical-context.ts';
export { fromCanonical } from './smart-charging-optimisation/from-canonical.ts';
export { OPTIMISATION_MODULE, OPTIMISATION_PATHS } from './smart-charging-optimisation/module.ts';
export { checkPlausibility, type KnownConnectorPowerW } from './smart-charging-optimisation/plausibility.ts';
export { readOptimisation } from './smart-charging-optimisation/read-optimisation.ts';
export { onGrid } from './smart-charging-optimisation/time-series.ts';
export { DEFAULT_SLOT_MINUTES, toCanonical } from './smart-charging-optimisation/to-canonical.ts';

export interface ModuleOptions {
  /** Prefix of the identifier of SmartChargingOptimisation, e.g. `nltnm` (X1). */
  readonly optimisationPrefix?: string;
}

/** Every module this library serves; a platform offers those it has a port for. */
export function ocpiModules(options: ModuleOptions = {}): readonly ModuleDefinition[] {
  return [
    locationsReceiver,
    locationsSender,
    sessionsReceiver,
    sessionsSender,
    tariffsReceiver,
    tariffsSender,
    tokensReceiver,
    tokensSender,
    chargingProfilesReceiver,
    chargingProfilesSender,
    ...optimisationModules(options.optimisationPrefix),
    ...hubClientInfoModules(codecOf('ClientInfo')),
  ];
}
