import { codecOf } from '../bridge/codecs.ts';
import { hubClientInfoModules } from '../hubclientinfo/module.ts';
import type { ModuleDefinition } from './module-definition.ts';

/** Every module of this library; which of them a platform serves is decided by its ports. */
export const STANDARD_MODULES: readonly ModuleDefinition[] = [...hubClientInfoModules(codecOf('ClientInfo'))];
