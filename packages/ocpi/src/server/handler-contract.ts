import type { OcpiPlatform } from '../exchange/platform.ts';
import type { ModuleDefinition } from './module-definition.ts';
import type { Relay } from './relay-contract.ts';

/** One HTTP request, whatever framework received it. */
export interface OcpiRequest {
  readonly method: string;
  /** Path with query, as in `IncomingMessage.url`, below the root of the host. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array | string;
}

export interface OcpiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface OcpiLimits {
  /** Largest request body in bytes, default 1 MiB. */
  readonly maxBodyBytes: number;
  /** Deepest nesting of a request body, default 32. */
  readonly maxDepth: number;
  /** Largest page, also X-Limit, default 1,000. */
  readonly maxPageSize: number;
  /** Requests a peer may send per second, and at once; absent: no limit. */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
}

export interface OcpiHandlerOptions extends OcpiPlatform {
  /** Default: all modules of this library. */
  readonly modules?: readonly ModuleDefinition[];
  readonly limits?: Partial<OcpiLimits>;
  /** Set at a hub: functional modules are passed on by it instead of being answered by a port. */
  readonly relay?: Relay;
}

/** Answers OCPI requests; never throws, always answers. */
export interface OcpiHandler {
  handle(request: OcpiRequest): Promise<OcpiResponse>;
}
