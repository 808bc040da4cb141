import { codecOf } from '../bridge/codecs.ts';
import { hubClientInfoModules } from '../hubclientinfo/module.ts';
import type { ModuleDefinition } from '../server/module-definition.ts';
import { cdrsReceiver, cdrsSender } from './cdrs/module.ts';
import { chargingProfilesReceiver, chargingProfilesSender } from './charging-profiles/module.ts';
import { commandsReceiver, commandsSender } from './commands/module.ts';
import { locationsReceiver, locationsSender } from './locations/module.ts';
import { sessionsReceiver, sessionsSender } from './sessions/module.ts';
import { optimisationModules } from './smart-charging-optimisation/module.ts';
import { tariffsReceiver, tariffsSender } from './tariffs/module.ts';
import { tokensReceiver, tokensSender } from './tokens/module.ts';

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
    cdrsReceiver,
    cdrsSender,
    commandsReceiver,
    commandsSender,
    chargingProfilesReceiver,
    chargingProfilesSender,
    ...optimisationModules(options.optimisationPrefix),
    ...hubClientInfoModules(codecOf('ClientInfo')),
  ];
}
