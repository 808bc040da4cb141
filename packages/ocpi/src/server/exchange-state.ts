import type { OcpiPlatform } from '../exchange/platform.ts';
import type { RateLimit } from '../transport/rate-limit.ts';
import type { Routing } from '../transport/routing-headers.ts';
import type { OcpiLimits, OcpiRequest } from './handler-contract.ts';
import type { ModuleDefinition } from './module-definition.ts';
import type { Relay } from './relay-contract.ts';
import type { RequestHead } from './request-head.ts';

/** What one handler answers with, whatever the request. */
export interface Face {
  readonly platform: OcpiPlatform;
  readonly relay: Relay | undefined;
  readonly modules: readonly ModuleDefinition[];
  readonly limits: OcpiLimits;
  readonly rate: RateLimit | undefined;
  readonly basePath: string;
}

/** One request on its way through. */
export interface Exchange {
  readonly request: OcpiRequest;
  readonly head: RequestHead;
  /** Routing headers of the answer: those of the request, swapped. Filled as far as they are understood. */
  answerRouting: Routing;
}
